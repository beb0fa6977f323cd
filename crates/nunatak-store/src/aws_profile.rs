//! Profiles of `~/.aws/credentials` and `~/.aws/config`, which `object_store` does not read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::{Result, StoreError};

/// The settings of a profile from both files, by their names there.
///
/// # Errors
/// [`StoreError::BadOption`] when neither file has it.
pub(crate) fn read_profile(name: &str) -> Result<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    let mut found = false;
    for (variable, file, section) in [
        ("AWS_CONFIG_FILE", "config", format!("profile {name}")),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials", name.to_string()),
    ] {
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".aws").join(file));
        let Some(path) = std::env::var_os(variable).map(PathBuf::from).or_else(home) else { continue };
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        for candidate in [section.as_str(), name] {
            if let Some(part) = section_of(&text, candidate) {
                settings.extend(part);
                found = true;
                break;
            }
        }
    }
    if found {
        return Ok(settings);
    }
    let problem = format!("no profile `{name}` in ~/.aws/credentials or ~/.aws/config");
    Err(StoreError::BadOption { name: "profile".into(), problem })
}

fn section_of(text: &str, name: &str) -> Option<BTreeMap<String, String>> {
    let mut inside = false;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = header.trim() == name;
            if inside {
                found.get_or_insert_with(BTreeMap::new);
            }
        } else if let (true, Some((key, value)), Some(settings)) = (inside, line.split_once('='), found.as_mut()) {
            settings.insert(key.trim().to_ascii_lowercase(), value.trim().to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text = "[default]\naws_access_key_id = one\n\n[profile ice]\nregion=eu-north-1\n[other]\nregion = x";
        assert_eq!(section_of(text, "profile ice").unwrap()["region"], "eu-north-1");
        assert_eq!(section_of(text, "default").unwrap().len(), 1);
        assert!(section_of(text, "none").is_none());
    }
}
