//! Keys of a listing that are no paths: two slashes in a row, one in front, a step up. Stores allow them, `object_store`
//! refuses whole pages that have one.

use std::ops::Range;

use reqwest::Url;

use crate::location::is_odd;
use crate::location_text::percent_decoded;

/// Elements of the listings of S3 and Google, Azure, and WebDAV: an object, and its key.
const OBJECTS: [(&str, &str); 3] = [("Contents", "Key"), ("Blob", "Name"), ("response", "href")];

/// A page without the objects whose keys are no paths, and those keys; `None` when there are none.
pub(super) fn without_odd_keys(page: &str) -> Option<(String, Vec<String>)> {
    let (mut kept, mut odd, mut end) = (String::new(), Vec::new(), 0);
    let mut object: Option<(usize, usize)> = None;
    let mut key: Option<String> = None;
    for tag in tags(page) {
        match (object, tag.is_end) {
            (None, false) => {
                object = OBJECTS.iter().position(|(name, _)| *name == tag.name).map(|kind| (kind, tag.place.start));
            }
            (Some((kind, _)), false) if tag.name == OBJECTS[kind].1 && key.is_none() => {
                let text = page[tag.place.end..].split('<').next().unwrap_or_default();
                key = Some(if kind == 2 { path_of(&unescaped(text)) } else { unescaped(text) });
            }
            (Some((kind, start)), true) if tag.name == OBJECTS[kind].0 => {
                if let Some(key) = key.take().filter(|key| is_odd(key)) {
                    kept.push_str(&page[end..start]);
                    end = tag.place.end;
                    odd.push(key);
                }
                object = None;
            }
            _ => {}
        }
    }
    kept.push_str(&page[end..]);
    (!odd.is_empty()).then_some((kept, odd))
}

struct Tag<'a> {
    /// Without a prefix.
    name: &'a str,
    is_end: bool,
    place: Range<usize>,
}

fn tags(page: &str) -> impl Iterator<Item = Tag<'_>> {
    page.match_indices('<').filter_map(|(start, _)| {
        let length = page[start..].find('>')?;
        let inner = &page[start + 1..start + length];
        let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
        let name = inner.split(|sign: char| sign.is_whitespace() || sign == '/').next()?;
        let name = name.rsplit(':').next()?;
        Some(Tag { name, is_end, place: start..start + length + 1 })
    })
}

/// Text of XML as it is meant.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut meant = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once(';').unwrap_or((part, ""));
        let numbered = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        });
        let named = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
        let named = named.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
        match named.or(numbered.and_then(char::from_u32)) {
            Some(sign) => meant.extend([sign]),
            None => meant.extend(["&", name, ";"]),
        }
        meant.push_str(rest);
    }
    meant
}

/// The path that an address of a WebDAV server means, without its first slash.
fn path_of(address: &str) -> String {
    let resolved = Url::parse("http://host/").and_then(|base| base.join(address));
    let path = resolved.map_or_else(|_| address.to_string(), |url| url.path().to_string());
    // What is no text keeps its escapes, and is a path.
    let decoded = String::from_utf8(percent_decoded(&path)).unwrap_or(path);
    decoded.strip_prefix('/').unwrap_or(&decoded).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_objects_are_taken_out_and_named() {
        let object = |key: &str| format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>");
        let keys = ["a//b.nc", "A/c.nc", "/d.nc", "A/../e.nc", "A/f&amp;&#47;/g.nc", "A/", "A//", "A/line&#10;end.nc"];
        let page = format!("<?xml version=\"1.0\"?><List>{}</List>", keys.map(object).concat());
        let (kept, odd) = without_odd_keys(&page).unwrap();
        assert_eq!(kept, format!("<?xml version=\"1.0\"?><List>{}{}</List>", object("A/c.nc"), object("A/")));
        assert_eq!(odd, ["a//b.nc", "/d.nc", "A/../e.nc", "A/f&//g.nc", "A//", "A/line\nend.nc"]);
        assert!(without_odd_keys(&kept).is_none());
    }

    #[test]
    fn azure_and_webdav_have_names_of_their_own() {
        let page = "<Blobs><Blob><Name>a//b</Name></Blob><Blob><Name>a/b</Name></Blob></Blobs>";
        assert_eq!(without_odd_keys(page).unwrap().0, "<Blobs><Blob><Name>a/b</Name></Blob></Blobs>");
        let response = |href: &str| format!("<D:response><D:href>{href}</D:href><D:propstat/></D:response>");
        let page = ["/x/", "/x/a%20b.nc", "/x//c.nc", "http://h/x/d.nc", "/x/%2e%2e/e.nc"].map(response).concat();
        assert_eq!(without_odd_keys(&page).unwrap().1, ["x//c.nc"]);
    }
}
