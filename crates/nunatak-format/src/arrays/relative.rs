//! Regions counted from the start of another one.

use nunatak_array::{ArrayError, Region};

/// `part` counted from the first index of `whole`.
pub(super) fn relative(part: &Region, whole: &Region) -> Result<Region, ArrayError> {
    let start = part.start().iter().zip(whole.start()).map(|(part, whole)| part - whole).collect();
    Region::new(start, part.shape().to_vec())
}
