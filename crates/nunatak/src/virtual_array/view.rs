//! Views: how the axes of a virtual array run along those of its source.

/// Where an axis of the result comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AxisView {
    /// Axis of the file's variable; `None` for one of length one that the file does not have.
    pub(super) source: Option<usize>,
    /// Index along the source for each index of the result; `None` when they are the same.
    pub(super) indices: Option<Vec<Option<usize>>>,
    length: usize,
}

/// How the axes of an array are those of what it is made of; one level deeper with each operator walked past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) axes: Vec<AxisView>,
}

impl View {
    pub(super) fn new(shape: &[usize]) -> Self {
        let axis = |(at, &length)| AxisView { source: Some(at), indices: None, length };
        Self { axes: shape.iter().enumerate().map(axis).collect() }
    }

    /// Past other indices along one axis.
    pub(super) fn take(&mut self, axis: usize, indices: &[Option<usize>]) {
        for own in self.axes.iter_mut().filter(|own| own.source == Some(axis)) {
            own.indices = Some(match own.indices.take() {
                None => indices.to_vec(),
                Some(outer) => outer.into_iter().map(|at| indices.get(at?).copied().flatten()).collect(),
            });
        }
    }

    /// Past another order of axes.
    pub(super) fn transpose(&mut self, order: &[usize]) {
        for own in &mut self.axes {
            own.source = own.source.and_then(|axis| order.get(axis).copied());
        }
    }

    /// Past an axis of length one that the input does not have.
    pub(super) fn remove_axis(&mut self, axis: usize) {
        for own in &mut self.axes {
            own.source = match own.source {
                Some(source) if source == axis => None,
                Some(source) if source > axis => Some(source - 1),
                other => other,
            };
        }
    }

    /// Whether the first axis of the source is taken as it is.
    pub(super) fn keeps_rows(&self) -> bool {
        self.axes.iter().all(|axis| axis.source != Some(0) || axis.indices.is_none())
    }

    /// Shape of the result over a source of this shape.
    pub(super) fn shape(&self, source: &[usize]) -> Vec<usize> {
        let length = |axis: &AxisView| match (&axis.indices, axis.source) {
            (Some(indices), _) => indices.len(),
            (None, Some(at)) => source.get(at).copied().unwrap_or(axis.length),
            (None, None) => 1,
        };
        self.axes.iter().map(length).collect()
    }

    /// Axes of the result in the order of a stored chunk; axes that the file lacks come first.
    pub(super) fn stored_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.axes.len()).collect();
        order.sort_by_key(|&axis| self.axes[axis].source.map_or(0, |source| source + 1));
        order
    }
}
