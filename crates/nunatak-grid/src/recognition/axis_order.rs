//! Values with the axes in the order that a grid needs.

use super::inventory::VariableEntry;

/// Values of a variable, and their shape, with these dimensions first and the others behind them as they were.
pub(super) fn in_order<T: Copy>(entry: &VariableEntry, values: Vec<T>, first: &[String]) -> (Vec<T>, Vec<usize>) {
    let position = |dim: &String| entry.dims.iter().position(|own| own == dim);
    let mut axes: Vec<usize> = first.iter().filter_map(position).collect();
    axes.extend((0..entry.dims.len()).filter(|&axis| !first.contains(&entry.dims[axis])));
    let shape: Vec<usize> = axes.iter().map(|&axis| entry.shape[axis]).collect();
    if axes.is_sorted() {
        return (values, shape);
    }
    let stride = |axis: usize| entry.shape[axis + 1..].iter().product::<usize>();
    let strides: Vec<usize> = axes.iter().map(|&axis| stride(axis)).collect();
    let at = |mut index: usize| {
        let mut offset = 0;
        for (length, stride) in shape.iter().zip(&strides).rev() {
            offset += index % length * stride;
            index /= length;
        }
        offset
    };
    let ordered = (0..values.len()).map(|index| values[at(index)]).collect();
    (ordered, shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_come_first() {
        let entry = VariableEntry::new("a", &["corner", "y", "x"], &[2, 1, 3]);
        let values: Vec<u8> = (0..6).collect();
        let dims = ["x".to_string(), "y".to_string()];
        assert_eq!(in_order(&entry, values.clone(), &dims), (vec![0, 3, 1, 4, 2, 5], vec![3, 1, 2]));
        assert_eq!(in_order(&entry, values.clone(), &["corner".into()]), (values, vec![2, 1, 3]));
    }
}
