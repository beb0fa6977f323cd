//! Names of variables that several files of an experiment hold.

use nunatak_repair::{Draft, Repair};

use crate::assemble::node::Node;

/// What a token says of data that are a difference from another run: their variables always carry it, so that a name
/// means the same whatever other files are there.
const DERIVED: &str = "_minus_";

impl Node {
    /// The name of a file's variable in the dataset, and the record of a change.
    pub(crate) fn name(&self, draft: &Draft, name: &str) -> (String, Option<Repair>) {
        let suffix = draft.entry.suffix();
        let own = name.starts_with(&draft.entry.variable) && !suffix.is_empty();
        let derived = own && suffix.starts_with(DERIVED) && !name.ends_with(suffix);
        if !derived && self.dataset.get(name).is_none() {
            return (name.into(), None);
        }
        let wanted = if own { format!("{name}{suffix}") } else { format!("{name}_{}", draft.entry.token) };
        let free = |candidate: &String| self.dataset.get(candidate).is_none();
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let found = std::iter::once(wanted.clone()).chain(numbered).find(free).unwrap_or(wanted);
        let repair = Repair::new("N1", name, &found);
        (found, Some(repair))
    }
}
