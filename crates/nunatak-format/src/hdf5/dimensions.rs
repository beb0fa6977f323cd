//! Names of dimensions: HDF5 dimension scales as NetCDF-4 uses them, and `phony_dim_N` where a file has none.

use std::collections::HashMap;

use hdf5_reader::reference::read_object_references;

use super::handle::Handle;
use super::object::Dataset;
use super::scan::ScannedGroup;
use super::{attributes, dataset, heap};
use crate::manifest::StoredVariable;
use crate::{Attribute, Dimension, Group, Result};

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
    /// Datasets of which no more than the name is known: the first axis named after one gives it a length.
    names_only: HashMap<u64, String>,
    /// Dimensions counted so far; anonymous ones are numbered on from here, as netCDF-C does.
    count: usize,
}

/// Gives every variable of the file its dimensions.
pub(super) fn resolve(handle: &Handle, mut scanned: ScannedGroup) -> Result<Group<StoredVariable>> {
    let mut scales = Scales::default();
    collect(handle, &scanned, &mut scales);
    name_axes(handle, &mut scanned, &mut scales);
    build(handle, scanned, &mut scales)
}

fn attribute_text(handle: &Handle, dataset: &Dataset, name: &str) -> Option<String> {
    let value = attributes::value(handle, dataset.header.attribute(name)?).ok()?;
    value.as_text().map(str::to_string)
}

fn attribute_integers(handle: &Handle, dataset: &Dataset, name: &str) -> Vec<i64> {
    let value = dataset.header.attribute(name).and_then(|raw| attributes::value(handle, raw).ok());
    let numbers = value.as_ref().and_then(Attribute::values).and_then(|values| values.to_f64().ok());
    numbers.unwrap_or_default().into_iter().map(|number| number as i64).collect()
}

fn collect(handle: &Handle, group: &ScannedGroup, scales: &mut Scales) {
    scales.names_only.extend(group.names_only.iter().map(|(name, address)| (*address, name.clone())));
    for dataset in &group.datasets {
        if attribute_text(handle, dataset, "CLASS").as_deref() != Some("DIMENSION_SCALE") {
            continue;
        }
        let name = attribute_text(handle, dataset, "NAME");
        let is_variable = !name.is_some_and(|name| name.starts_with(ONLY_A_DIMENSION));
        let dimension = Dimension {
            name: dataset.name.clone(),
            length: dataset.header.shape.first().map_or(0, |&length| length as usize),
            unlimited: dataset.header.is_unlimited(0),
        };
        if let [id] = attribute_integers(handle, dataset, "_Netcdf4Dimid")[..] {
            scales.by_id.insert(id, dataset.address);
        }
        scales.by_address.insert(dataset.address, Scale { dimension, is_variable });
        scales.count += 1;
    }
    for child in &group.groups {
        collect(handle, child, scales);
    }
}

/// Finds the scale of every axis. An unlimited dimension is as long as the longest variable on it, whatever the length
/// of its scale.
fn name_axes(handle: &Handle, group: &mut ScannedGroup, scales: &mut Scales) {
    for dataset in &mut group.datasets {
        dataset.scales = scale_addresses(handle, dataset, scales);
        for (address, &length) in dataset.scales.iter().zip(&dataset.header.shape) {
            if let Some(scale) = address.and_then(|address| scales.by_address.get_mut(&address))
                && scale.dimension.unlimited
            {
                scale.dimension.length = scale.dimension.length.max(length as usize);
            }
        }
    }
    for child in &mut group.groups {
        name_axes(handle, child, scales);
    }
}

/// The address of the scale of each axis, where there is one.
fn scale_addresses(handle: &Handle, dataset: &Dataset, scales: &Scales) -> Vec<Option<u64>> {
    let rank = dataset.header.shape.len();
    if scales.by_address.contains_key(&dataset.address) {
        if rank == 1 {
            return vec![Some(dataset.address)];
        }
        let ids = attribute_integers(handle, dataset, "_Netcdf4Coordinates");
        return (0..rank)
            .map(|axis| {
                let id = ids.get(axis).and_then(|id| scales.by_id.get(id).copied());
                id.or_else(|| (axis == 0).then_some(dataset.address))
            })
            .collect();
    }
    let Some(list) = dataset.header.attribute("DIMENSION_LIST") else { return vec![None; rank] };
    let offset_size = handle.parser.superblock().offset_size;
    let mut addresses: Vec<Option<u64>> = list
        .bytes
        .chunks_exact(heap::reference_size(handle))
        .take(rank)
        .map(|entry| {
            let found = heap::resolve(handle, entry, usize::from(offset_size)).ok()?;
            // Of several scales on one axis netCDF-C takes the last.
            let last = found.bytes().rchunks_exact(usize::from(offset_size)).next()?;
            read_object_references(last, offset_size).ok()?.last().copied()
        })
        .collect();
    addresses.resize(rank, None);
    addresses
}

/// Children first, then the group's own variables: the order in which netCDF-C numbers anonymous dimensions.
fn build(handle: &Handle, scanned: ScannedGroup, scales: &mut Scales) -> Result<Group<StoredVariable>> {
    let path = scanned.path;
    let object = if path.is_empty() { "/" } else { path.as_str() };
    let mut unreadable = scanned.unreadable;
    let mut group = Group {
        name: scanned.name,
        attributes: attributes::convert(handle, object, scanned.address, &scanned.header.attributes, &mut unreadable)?,
        ..Group::default()
    };
    for child in scanned.groups {
        group.groups.push(build(handle, child, scales)?);
    }
    let charged = |name: &str| handle.charged(object, handle.budget.metadata(name.len()));
    for dataset in &scanned.datasets {
        if let Some(scale) = scales.by_address.get(&dataset.address) {
            charged(&scale.dimension.name)?;
            group.dimensions.push(scale.dimension.clone());
        }
    }
    let mut anonymous = Anonymous::of(&group.dimensions);
    for dataset in &scanned.datasets {
        if scales.by_address.get(&dataset.address).is_some_and(|scale| !scale.is_variable) {
            continue;
        }
        let axes = axes(dataset, scales, &mut anonymous, &mut group.dimensions);
        axes.iter().try_for_each(|axis| charged(&axis.name))?;
        let shape = axes.iter().map(|axis| axis.length).collect();
        let names = axes.into_iter().map(|axis| axis.name).collect();
        group.variables.extend(dataset::variable(handle, &path, dataset, names, shape, &mut unreadable)?);
    }
    group.unreadable = unreadable;
    Ok(group)
}

fn axes(dataset: &Dataset, scales: &mut Scales, anonymous: &mut Anonymous, own: &mut Vec<Dimension>) -> Vec<Dimension> {
    let mut axes: Vec<Dimension> = Vec::with_capacity(dataset.header.shape.len());
    for (axis, (address, &length)) in dataset.scales.iter().zip(&dataset.header.shape).enumerate() {
        let length = length as usize;
        let named = address.and_then(|address| scales.dimension(address, length));
        let dimension = match named {
            Some(dimension) if dimension.unlimited || dimension.length == length => dimension,
            // A scale of another length is none of this axis, which HDF5 does not mind: no name is of two lengths.
            _ => anonymous.dimension(length, dataset.header.is_unlimited(axis), &axes, own, scales),
        };
        axes.push(dimension);
    }
    axes
}

impl Scales {
    /// The dimension that the scale at an address stands for.
    fn dimension(&mut self, address: u64, length: usize) -> Option<Dimension> {
        if let Some(name) = self.names_only.remove(&address) {
            let dimension = Dimension { name, length, unlimited: false };
            self.by_address.insert(address, Scale { dimension, is_variable: false });
        }
        self.by_address.get(&address).map(|scale| scale.dimension.clone())
    }
}

/// The anonymous dimensions of a group, by length and whether they may grow.
struct Anonymous {
    known: HashMap<(usize, bool), Vec<Dimension>>,
}

impl Anonymous {
    /// Those among a group's own.
    fn of(dimensions: &[Dimension]) -> Self {
        let mut known = HashMap::<_, Vec<_>>::new();
        for dimension in dimensions.iter().filter(|dimension| dimension.name.starts_with("phony_dim_")) {
            known.entry((dimension.length, dimension.unlimited)).or_default().push(dimension.clone());
        }
        Self { known }
    }

    /// The first anonymous dimension that fits and is not in use for another axis of the variable, else a new one.
    fn dimension(
        &mut self,
        length: usize,
        unlimited: bool,
        used: &[Dimension],
        own: &mut Vec<Dimension>,
        scales: &mut Scales,
    ) -> Dimension {
        let fitting = self.known.entry((length, unlimited)).or_default();
        if let Some(known) = fitting.iter().find(|dimension| !used.contains(dimension)) {
            return known.clone();
        }
        let dimension = Dimension { name: format!("phony_dim_{}", scales.count), length, unlimited };
        scales.count += 1;
        own.push(dimension.clone());
        fitting.push(dimension.clone());
        dimension
    }
}
