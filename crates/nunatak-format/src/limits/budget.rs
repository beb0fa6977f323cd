//! What is left of a file's limits while it is opened.

use std::cell::Cell;

use super::file_limits::{FileLimits, file_limits};

/// What a name, an attribute or a text takes beside its bytes.
const EACH: usize = 64;
/// Components of the paths of soft links that are followed for one file: links through links multiply.
const MOST_STEPS: usize = 1 << 20;

/// Counts what an opening file holds, and fails when it is more than the limits allow.
pub(crate) struct Budget {
    limits: FileLimits,
    objects: Cell<usize>,
    links: Cell<usize>,
    metadata_bytes: Cell<usize>,
    text_bytes: Cell<usize>,
    steps: Cell<usize>,
}

impl Budget {
    /// A budget of the process's limits.
    pub(crate) fn new() -> Self {
        let nothing = || Cell::new(0);
        Self {
            limits: file_limits(),
            objects: nothing(),
            links: nothing(),
            metadata_bytes: nothing(),
            text_bytes: nothing(),
            steps: nothing(),
        }
    }

    /// One more group or variable, at a path, which counts so many times.
    ///
    /// # Errors
    /// What there is too much of, the limit, and how to raise it.
    pub(crate) fn object(&self, path: &str, times: usize) -> Result<(), String> {
        self.charge("objects", "groups and variables", &self.objects, times)?;
        self.metadata(path.len())
    }

    /// One more link of a group, wherever it leads.
    ///
    /// # Errors
    /// As [`Budget::object`].
    pub(crate) fn link(&self) -> Result<(), String> {
        self.charge("objects", "links to groups and variables", &self.links, 1)
    }

    /// A name, an attribute, or one text of a list of them, of so many bytes.
    ///
    /// # Errors
    /// As [`Budget::object`].
    pub(crate) fn metadata(&self, bytes: usize) -> Result<(), String> {
        self.charge("metadata_bytes", "bytes of names and attributes", &self.metadata_bytes, bytes.saturating_add(EACH))
    }

    /// A text of a variable.
    ///
    /// # Errors
    /// As [`Budget::object`].
    pub(crate) fn text(&self, bytes: usize) -> Result<(), String> {
        self.charge("text_bytes", "bytes of texts", &self.text_bytes, bytes.saturating_add(EACH))
    }

    /// So many texts of a variable, whose lengths are not known yet.
    ///
    /// # Errors
    /// As [`Budget::object`].
    pub(crate) fn texts(&self, count: usize, width: usize) -> Result<(), String> {
        let bytes = count.saturating_mul(width.saturating_add(EACH));
        self.charge("text_bytes", "bytes of texts", &Cell::new(0), bytes)
    }

    /// One component of a soft link's path.
    ///
    /// # Errors
    /// When there are more than any file has.
    pub(crate) fn step(&self) -> Result<(), String> {
        self.steps.set(self.steps.get() + 1);
        self.steps_left()
    }

    /// Whether further soft links may be followed.
    ///
    /// # Errors
    /// As [`Budget::step`].
    pub(crate) fn steps_left(&self) -> Result<(), String> {
        if self.steps.get() <= MOST_STEPS {
            return Ok(());
        }
        Err(format!("the paths of its soft links lead over more than {MOST_STEPS} groups"))
    }

    fn charge(&self, limit: &str, what: &str, spent: &Cell<usize>, more: usize) -> Result<(), String> {
        spent.set(spent.get().saturating_add(more));
        let most = self.limits.get(limit).unwrap_or(usize::MAX);
        if spent.get() <= most {
            return Ok(());
        }
        Err(format!("expected at most {most} {what}, found more; {}", FileLimits::remedy(limit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_named_with_its_limit() {
        let budget = Budget::new();
        assert_eq!(budget.metadata(200 << 20), Ok(()));
        let problem = budget.metadata(100 << 20).unwrap_err();
        assert!(problem.contains("at most 268435456 bytes of names and attributes"), "{problem}");
        assert!(problem.contains("nk.file_limits(metadata_bytes=...)"), "{problem}");
        assert!(budget.texts(1 << 40, usize::MAX).is_err() && budget.text(usize::MAX).is_err());
        assert!((0..1 << 17).all(|_| budget.object("", 1).is_err()), "names are counted with objects");
    }
}
