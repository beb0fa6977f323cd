//! Descriptions of lazy arrays as text and bytes, for pickles.

use std::sync::Arc;

use nunatak::array::Description;

/// A description as JSON text and its blobs; each blob is listed once, in the order of a walk over the tree.
pub(crate) fn freeze(description: &Description) -> (String, Vec<Arc<[u8]>>) {
    fn collect(description: &Description, blobs: &mut Vec<Arc<[u8]>>) -> serde_json::Value {
        let own: Vec<usize> = description
            .blobs
            .iter()
            .map(|blob| {
                blobs.iter().position(|known| Arc::ptr_eq(known, blob)).unwrap_or_else(|| {
                    blobs.push(Arc::clone(blob));
                    blobs.len() - 1
                })
            })
            .collect();
        let inputs: Vec<_> = description.inputs.iter().map(|input| collect(input, blobs)).collect();
        serde_json::json!({
            "kind": description.kind,
            "parameters": description.parameters,
            "blobs": own,
            "inputs": inputs,
        })
    }
    let mut blobs = Vec::new();
    let value = collect(description, &mut blobs);
    (value.to_string(), blobs)
}

/// The description of JSON text and blobs; None when it is none.
pub(crate) fn thaw(value: &serde_json::Value, blobs: &[Arc<[u8]>]) -> Option<Description> {
    let own = value.get("blobs")?.as_array()?;
    Some(Description {
        kind: value.get("kind")?.as_str()?.to_string(),
        parameters: value.get("parameters")?.clone(),
        inputs: value.get("inputs")?.as_array()?.iter().map(|input| thaw(input, blobs)).collect::<Option<_>>()?,
        blobs: own
            .iter()
            .map(|index| blobs.get(usize::try_from(index.as_u64()?).ok()?).cloned())
            .collect::<Option<_>>()?,
    })
}
