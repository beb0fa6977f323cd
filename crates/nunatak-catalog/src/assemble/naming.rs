//! Names of variables that several files of an experiment hold.

use nunatak_repair::{Draft, Repair};

use crate::assemble::node::Node;

/// What a token says of data that are a difference from another run: their variables always carry it, so that a name
/// means the same whatever other files are there.
const DERIVED: &str = "_minus_";

impl Node {
    /// The name of a file's variable in the dataset, and the record of a change. The file that is named after a variable
    /// has its name, whatever others hold copies of it.
    pub(crate) fn name(&self, draft: &Draft, name: &str) -> (String, Option<Repair>) {
        let suffix = draft.entry.suffix();
        let own = name.starts_with(&draft.entry.variable) && !suffix.is_empty();
        let derived = own && suffix.starts_with(DERIVED) && !name.ends_with(suffix);
        let is_foreign = draft.entry.token != name && self.owned.contains(name);
        if !derived && !is_foreign && self.dataset.get(name).is_none() {
            return (name.into(), None);
        }
        let token = draft.entry.prefix.as_deref().filter(|_| draft.entry.token == name).unwrap_or(&draft.entry.token);
        let wanted = if own { format!("{name}{suffix}") } else { format!("{name}_{token}") };
        let free = |candidate: &String| self.dataset.get(candidate).is_none();
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let found = std::iter::once(wanted.clone()).chain(numbered).find(free).unwrap_or(wanted);
        let repair = Repair::new("N1", name, &found);
        (found, Some(repair))
    }
}
