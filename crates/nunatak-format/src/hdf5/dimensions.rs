//! Names of dimensions: HDF5 dimension scales as NetCDF-4 uses them, and `phony_dim_N` where a file has none.

use std::collections::HashMap;
use std::sync::Arc;

use hdf5_reader::Dataset;
use hdf5_reader::reference::read_object_references;

use super::{Handle, ScannedGroup, attributes, bare_group, dataset, leaf};
use crate::manifest::StoredVariable;
use crate::{Dimension, Group, Result};

const ONLY_A_DIMENSION: &str = "This is a netCDF dimension but not a netCDF variable";

/// A dimension of the file and the address of its scale.
struct Scale {
    dimension: Dimension,
    is_variable: bool,
}

/// Every scale of the file by the address of its object header, and by its NetCDF-4 id.
#[derive(Default)]
struct Scales {
    by_address: HashMap<u64, Scale>,
    by_id: HashMap<i64, u64>,
    /// Dimensions counted so far; anonymous ones are numbered on from here, as netCDF-C does.
    count: usize,
}

/// Gives every variable of the file its dimensions.
pub(super) fn resolve(handle: &Arc<Handle>, scanned: ScannedGroup) -> Result<Group<StoredVariable>> {
    let mut scales = Scales::default();
    collect(&scanned, &mut scales);
    extend_unlimited(handle, &scanned, &mut scales);
    build(handle, &scanned, &mut scales)
}

fn attribute_text(dataset: &Dataset, name: &str) -> Option<String> {
    dataset.attribute(name).ok().as_ref().and_then(attributes::text)
}

fn collect(group: &ScannedGroup, scales: &mut Scales) {
    for dataset in &group.datasets {
        if attribute_text(dataset, "CLASS").as_deref() != Some("DIMENSION_SCALE") {
            continue;
        }
        let is_variable = !attribute_text(dataset, "NAME").is_some_and(|name| name.starts_with(ONLY_A_DIMENSION));
        let dimension = Dimension {
            name: leaf(dataset.name()).to_string(),
            length: dataset.shape().first().map_or(0, |&length| length as usize),
            unlimited: dataset.max_dims().is_some_and(|lengths| lengths.first() == Some(&u64::MAX)),
        };
        if let Ok(id) = dataset.attribute("_Netcdf4Dimid").and_then(|id| id.read_scalar::<i32>()) {
            scales.by_id.insert(i64::from(id), dataset.address());
        }
        scales.by_address.insert(dataset.address(), Scale { dimension, is_variable });
        scales.count += 1;
    }
    for child in &group.groups {
        collect(child, scales);
    }
}

/// An unlimited dimension is as long as the longest variable on it, whatever the length of its scale.
fn extend_unlimited(handle: &Handle, group: &ScannedGroup, scales: &mut Scales) {
    for dataset in &group.datasets {
        for (address, &length) in scale_addresses(handle, dataset, scales).iter().zip(dataset.shape()) {
            if let Some(scale) = address.and_then(|address| scales.by_address.get_mut(&address))
                && scale.dimension.unlimited
            {
                scale.dimension.length = scale.dimension.length.max(length as usize);
            }
        }
    }
    for child in &group.groups {
        extend_unlimited(handle, child, scales);
    }
}

/// The address of the scale of each axis, where there is one.
fn scale_addresses(handle: &Handle, dataset: &Dataset, scales: &Scales) -> Vec<Option<u64>> {
    let rank = dataset.ndim();
    if scales.by_address.contains_key(&dataset.address()) {
        if rank == 1 {
            return vec![Some(dataset.address())];
        }
        let ids = dataset.attribute("_Netcdf4Coordinates").and_then(|ids| ids.read_1d::<i32>()).unwrap_or_default();
        return (0..rank)
            .map(|axis| {
                let id = ids.get(axis).map(|&id| i64::from(id));
                id.and_then(|id| scales.by_id.get(&id).copied()).or_else(|| (axis == 0).then(|| dataset.address()))
            })
            .collect();
    }
    let Ok(list) = dataset.attribute("DIMENSION_LIST") else { return vec![None; rank] };
    let offset_size = handle.parser.superblock().offset_size;
    let entry_size = dataset.vlen_reference_size();
    let mut addresses: Vec<Option<u64>> = list
        .raw_data
        .chunks_exact(entry_size)
        .take(rank)
        .map(|entry| {
            let bytes = dataset.resolve_vlen_reference_bytes(entry, usize::from(offset_size)).ok()?;
            // Of several scales on one axis netCDF-C takes the last.
            read_object_references(&bytes, offset_size).ok()?.last().copied()
        })
        .collect();
    addresses.resize(rank, None);
    addresses
}

/// Children first, then the group's own variables: the order in which netCDF-C numbers anonymous dimensions.
fn build(handle: &Arc<Handle>, scanned: &ScannedGroup, scales: &mut Scales) -> Result<Group<StoredVariable>> {
    let mut group = bare_group(scanned);
    for child in &scanned.groups {
        group.groups.push(build(handle, child, scales)?);
    }
    for dataset in &scanned.datasets {
        if let Some(scale) = scales.by_address.get(&dataset.address()) {
            group.dimensions.push(scale.dimension.clone());
        }
    }
    for dataset in &scanned.datasets {
        if scales.by_address.get(&dataset.address()).is_some_and(|scale| !scale.is_variable) {
            continue;
        }
        let axes = axes(handle, dataset, scales, &mut group.dimensions);
        let shape = axes.iter().map(|axis| axis.length).collect();
        let names = axes.into_iter().map(|axis| axis.name).collect();
        group.variables.extend(dataset::variable(handle, &scanned.path, dataset, names, shape)?);
    }
    Ok(group)
}

fn axes(handle: &Handle, dataset: &Dataset, scales: &mut Scales, own: &mut Vec<Dimension>) -> Vec<Dimension> {
    let mut axes: Vec<Dimension> = Vec::with_capacity(dataset.ndim());
    let lengths = dataset.shape().to_vec();
    for (axis, address) in scale_addresses(handle, dataset, scales).into_iter().enumerate() {
        let unlimited = dataset.max_dims().is_some_and(|lengths| lengths.get(axis) == Some(&u64::MAX));
        let length = lengths.get(axis).map_or(0, |&length| length as usize);
        let named = address.and_then(|address| scales.by_address.get(&address)).map(|scale| scale.dimension.clone());
        let dimension = match named {
            Some(dimension) if dimension.unlimited || dimension.length == length => dimension,
            // The scale's name with the variable's own length: a scale that disagrees does not cut data off.
            Some(dimension) => Dimension { length, ..dimension },
            None => anonymous(length, unlimited, &axes, own, scales),
        };
        axes.push(dimension);
    }
    axes
}

fn anonymous(
    length: usize,
    unlimited: bool,
    used: &[Dimension],
    own: &mut Vec<Dimension>,
    scales: &mut Scales,
) -> Dimension {
    let fits = |dimension: &&Dimension| {
        dimension.name.starts_with("phony_dim_")
            && dimension.length == length
            && dimension.unlimited == unlimited
            && !used.contains(dimension)
    };
    if let Some(known) = own.iter().find(fits) {
        return known.clone();
    }
    let dimension = Dimension { name: format!("phony_dim_{}", scales.count), length, unlimited };
    scales.count += 1;
    own.push(dimension.clone());
    dimension
}
