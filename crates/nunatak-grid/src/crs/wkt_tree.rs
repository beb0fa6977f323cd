//! The tree of well-known text (WKT 1 and WKT 2).

/// `KEYWORD["text", number, CHILD[...], ...]`.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) keyword: String,
    pub(super) texts: Vec<String>,
    pub(super) numbers: Vec<f64>,
    pub(super) children: Vec<Node>,
}

/// Deepest nesting that is read.
const DEEPEST: usize = 32;

impl Node {
    /// The tree of a text; nothing when it is no well-known text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        Self::read(&mut rest, 0)
    }

    fn read(rest: &mut &str, depth: usize) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let keyword = rest[..open].trim().to_ascii_uppercase();
        let is_word = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
        if depth > DEEPEST || keyword.is_empty() || !keyword.chars().all(is_word) {
            return None;
        }
        let mut node = Self { keyword, ..Self::default() };
        *rest = &rest[open + 1..];
        loop {
            *rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
            let first = rest.chars().next()?;
            if first == ']' || first == ')' {
                *rest = &rest[1..];
                return Some(node);
            }
            if first == '"' {
                let end = rest[1..].find('"')? + 1;
                node.texts.push(rest[1..end].to_string());
                *rest = &rest[end + 1..];
                continue;
            }
            let end = rest.find([',', ']', ')', '[', '('])?;
            if matches!(rest[end..].chars().next(), Some('[' | '(')) {
                node.children.push(Self::read(rest, depth + 1)?);
            } else {
                node.numbers.extend(rest[..end].trim().parse::<f64>());
                *rest = &rest[end..];
            }
        }
    }

    /// The first node of these keywords in this one.
    pub(super) fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| keywords.contains(&child.keyword.as_str()))
    }

    /// The first node of these keywords anywhere below.
    pub(super) fn find(&self, keywords: &[&str]) -> Option<&Self> {
        self.child(keywords).or_else(|| self.children.iter().find_map(|child| child.find(keywords)))
    }

    /// Whether all nodes of a keyword below have this property.
    pub(super) fn all(&self, keyword: &str, has: fn(&Self) -> bool) -> bool {
        self.children.iter().all(|child| (child.keyword != keyword || has(child)) && child.all(keyword, has))
    }

    /// Its first text.
    pub(super) fn name(&self) -> &str {
        self.texts.first().map_or("", String::as_str)
    }

    /// The code that an authority gave it: `AUTHORITY["EPSG","3031"]` or `ID["EPSG",3031]`.
    pub(super) fn code(&self) -> Option<u32> {
        let authority = self.child(&["AUTHORITY", "ID"])?;
        if !["EPSG", "ESRI"].contains(&authority.name().to_ascii_uppercase().as_str()) {
            return None;
        }
        let number = authority.numbers.first().map(|code| *code as u32);
        number.or_else(|| authority.texts.get(1)?.parse().ok())
    }
}
