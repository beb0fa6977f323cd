//! Datasets and trees on another grid.

use std::collections::BTreeSet;

use nunatak_grid::recognition::{CoordinateSource, GridCandidate, recognise};
use nunatak_tree::{DataTree, Dataset, Variable};

use super::request::RegridRequest;
use super::variables::{SourceGrid, Vector, regrid_variable, turns, warn_of_lone_component};
use super::vectors::{VectorComponent, find_components};
use crate::error::argument;
use crate::{DatasetView, Result};

/// What a regridding gives: data, and what is doubtful about them.
///
/// # Examples
///
/// ```
/// use nunatak::grids::{Extent, parse_grid};
/// use nunatak::regrid::Method;
/// use nunatak::regridding::{RegridRequest, parse_target, regrid};
/// # use std::sync::Arc;
/// # use nunatak::{array::{MemoryArray, Values}, format::Attributes, tree::Variable};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let extent = Some(Extent { west: 0.0, south: 0.0, east: 32e3, north: 32e3 });
/// # let mut dataset = parse_grid("EPSG:3031:8km", extent, &Default::default())?;
/// # let array = Arc::new(MemoryArray::new(vec![5, 5], Values::F64(vec![900.0; 25]))?);
/// # dataset.insert("lithk", Variable::new(vec!["y".into(), "x".into()], array, Attributes::new())?)?;
///
/// // `dataset` has `lithk`, 900 m everywhere, in 5 × 5 cells of 8 km.
/// let target = parse_target("EPSG:3031:16km", extent, &Default::default(), &mut Vec::new())?;
/// let regridded = regrid(&dataset, &RegridRequest::new(target, Method::Nearest))?;
/// let lithk = regridded.data.get("lithk").ok_or("no lithk")?;
/// assert_eq!(lithk.array.shape(), [3, 3]);
/// assert_eq!(lithk.array.read_all()?.into_f64()?, [900.0; 9]);
/// assert!(regridded.warnings.is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Regridded<T> {
    /// The data on the target grid.
    pub data: T,
    /// Sentences for the user.
    pub warnings: Vec<String>,
}

/// A dataset on the target of a request, lazily: weights are computed now, values when they are read.
///
/// Variables on any grid of the dataset are regridded; those without horizontal dimensions pass through; coordinates of
/// the old grids stay behind. Each regridded variable has the attribute `nunatak_regrid` (JSON) that says what made it.
///
/// # Errors
/// [`GridError`](nunatak_grid::GridError) when no grid is found or grids do not overlap,
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for variables that are not there, and those of weights.
pub fn regrid(dataset: &Dataset, request: &RegridRequest) -> Result<Regridded<Dataset>> {
    let view = DatasetView::new(dataset);
    let candidates = recognise(view.inventory())?;
    let mut job = Job::new(dataset, &candidates, request)?;
    let mut regridded: Vec<(String, Variable)> = Vec::new();
    for (name, variable) in dataset.variables() {
        if let Some(variable) = job.variable(&view, name, variable)? {
            regridded.push((name.to_string(), variable));
        }
    }
    let old = job.old_variables();
    let mut attributes = dataset.attributes.clone();
    for (name, value) in request.target.dataset_attributes.iter() {
        attributes.set(name, value.clone());
    }
    let mut data = Dataset::new(attributes);
    for (name, variable) in dataset.coordinates() {
        let is_old = job.is_horizontal(variable) || old.contains(name) || request.target.holds(name);
        if !is_old {
            data.insert_coordinate(name, variable.clone())?;
        }
    }
    for (name, variable) in &request.target.coordinates {
        data.insert_coordinate(name, variable.clone())?;
    }
    for (name, variable) in regridded {
        if !old.contains(name.as_str()) && !request.target.holds(&name) {
            data.insert(name, variable)?;
        }
    }
    Ok(Regridded { data, warnings: job.warnings })
}

/// A tree whose datasets are on the target; those without data stay as they are.
///
/// # Errors
/// As [`regrid`].
pub fn regrid_tree(tree: &DataTree, request: &RegridRequest) -> Result<Regridded<DataTree>> {
    let (mut data, mut warnings) = (DataTree::new(), Vec::new());
    for (path, dataset) in tree.nodes() {
        if dataset.variables().next().is_none() {
            data.insert(path, dataset.clone());
            continue;
        }
        let regridded = regrid(dataset, request)?;
        data.insert(path, regridded.data);
        warnings.extend(regridded.warnings.into_iter().map(|warning| format!("{path}: {warning}")));
    }
    Ok(Regridded { data, warnings })
}

/// The regridding of one dataset.
struct Job<'a> {
    dataset: &'a Dataset,
    request: &'a RegridRequest,
    candidates: &'a [GridCandidate],
    /// The grids of the candidates that were needed.
    sources: Vec<Option<SourceGrid>>,
    components: Vec<(String, VectorComponent)>,
    described: BTreeSet<&'a str>,
    /// Names of the variables that were regridded.
    done: Vec<&'a str>,
    warnings: Vec<String>,
}

impl<'a> Job<'a> {
    fn new(dataset: &'a Dataset, candidates: &'a [GridCandidate], request: &'a RegridRequest) -> Result<Self> {
        let fields: Vec<(&str, &Variable)> = dataset.variables().collect();
        for name in request.variables.iter().flatten() {
            if !fields.iter().any(|(own, _)| own == name) {
                let known: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                return Err(argument("variables", name, format!("some of {}", known.join(", "))));
            }
        }
        Ok(Self {
            dataset,
            request,
            candidates,
            sources: candidates.iter().map(|_| None).collect(),
            components: find_components(&fields, request.vectors.as_deref())?,
            described: candidates.iter().flat_map(|candidate| candidate.names()).map(String::as_str).collect(),
            done: Vec::new(),
            warnings: Vec::new(),
        })
    }

    fn is_horizontal(&self, variable: &Variable) -> bool {
        self.candidates.iter().flat_map(|candidate| candidate.dims()).any(|dim| variable.dimensions.contains(dim))
    }

    /// The variable in the result: regridded, as it is, or none.
    fn variable(&mut self, view: &DatasetView<'_>, name: &'a str, variable: &'a Variable) -> Result<Option<Variable>> {
        let is_described = self.described.contains(name);
        let is_asked = self.request.variables.as_ref().is_none_or(|asked| asked.iter().any(|own| own == name));
        let candidate = self.candidates.iter().position(|candidate| candidate.holds(&variable.dimensions));
        if let (Some(candidate), true, false) = (candidate, is_data(variable), is_described) {
            return if is_asked { self.regridded(view, candidate, name, variable).map(Some) } else { Ok(None) };
        }
        if !self.is_horizontal(variable) && (!is_described || variable.dimensions.is_empty()) {
            return Ok(Some(variable.clone()));
        }
        if !is_described {
            self.warn_dropped(name, variable);
        }
        Ok(None)
    }

    fn regridded(
        &mut self,
        view: &DatasetView<'_>,
        candidate: usize,
        name: &'a str,
        variable: &'a Variable,
    ) -> Result<Variable> {
        let mut source = match self.sources[candidate].take() {
            Some(source) => source,
            None => {
                let mut doubts = Vec::new();
                let built = self.candidates[candidate].build(view, self.request.crs.as_ref(), &mut doubts);
                self.warnings.extend(doubts.iter().map(ToString::to_string));
                SourceGrid::new(built?)
            }
        };
        let component = self.components.iter().find(|(own, _)| own == name).map(|(_, component)| component.clone());
        let vector = self.vector(name, variable, component.as_ref(), &source);
        let regridded = regrid_variable(variable, &mut source, self.request, vector.as_ref(), &mut self.warnings);
        self.sources[candidate] = Some(source);
        self.done.push(name);
        regridded
    }

    /// The vector of which a variable is a component, when its axes turn on the way to the target.
    fn vector<'c>(
        &mut self,
        name: &str,
        variable: &Variable,
        component: Option<&'c VectorComponent>,
        source: &SourceGrid,
    ) -> Option<Vector<'c>>
    where
        'a: 'c,
    {
        let (horizontal, request) = (&source.horizontal, self.request);
        let Some(component) = component else {
            if request.vectors.is_none() {
                let reason = "the other component is not with it";
                warn_of_lone_component(name, variable, horizontal, request, reason, &mut self.warnings);
            }
            return None;
        };
        if !turns(horizontal, request, component.axes) {
            return None;
        }
        if !request.is_linear() {
            let reason = format!("{} is no mean", request.options.reducer());
            warn_of_lone_component(name, variable, horizontal, request, &reason, &mut self.warnings);
            return None;
        }
        Some(Vector { component, partner: self.dataset.get(&component.partner)? })
    }

    /// Variables that describe the old grids: their coordinates, and grid mappings of what was regridded.
    fn old_variables(&self) -> BTreeSet<String> {
        let built = || self.sources.iter().flatten().map(|source| &source.horizontal);
        let mut old: BTreeSet<String> = built().filter_map(|horizontal| horizontal.mapping_name.clone()).collect();
        for variable in self.done.iter().filter_map(|name| self.dataset.get(name)) {
            let named =
                variable.attributes.text("grid_mapping").or_else(|| variable.encoding.attributes.text("grid_mapping"));
            // A name, or CF's long form: names of mappings with a colon, before those of their coordinates.
            let text = named.unwrap_or_default().replace(':', ": ");
            let names = text.split_whitespace().filter_map(|word| word.strip_suffix(':'));
            let first = if text.contains(':') { None } else { text.split_whitespace().next() };
            old.extend(names.chain(first).map(ToString::to_string));
        }
        if built().next().is_some() {
            old.extend(self.described.iter().map(ToString::to_string));
        }
        old
    }

    fn warn_dropped(&mut self, name: &str, variable: &Variable) {
        let is_bounds = self.dataset.coordinates().any(|(_, own)| own.attributes.text("bounds") == Some(name));
        let is_place = variable.array.data_type().is_numeric() && !is_data(variable);
        if variable.dimensions.len() == 1 || is_bounds || is_place {
            return;
        }
        self.warnings.push(format!("{name} {variable:?} cannot be regridded and is left out"));
    }
}

/// Whether a variable is a field, and not the places of the old cells.
fn is_data(variable: &Variable) -> bool {
    let units = variable.attributes.text("units").unwrap_or_default().to_lowercase();
    let is_place = units.starts_with("degrees_east")
        || units.starts_with("degrees_north")
        || matches!(
            variable.attributes.text("standard_name"),
            Some("longitude" | "latitude" | "projection_x_coordinate" | "projection_y_coordinate")
        );
    variable.array.data_type().is_numeric() && !is_place
}
