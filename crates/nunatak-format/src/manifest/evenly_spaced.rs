//! Evenly spaced numbers, which axes are: kept as their first two.

use nunatak_array::Values;
use serde::{Deserialize, Serialize};

use super::element::Element;

/// Evenly spaced numbers, kept as their first two: axes of grids and times are, and manifests of thousands of files hold
/// many of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct EvenlySpaced {
    first: f64,
    step: f64,
    count: u32,
}

/// Fewer numbers are as short as they are.
const FEWEST: usize = 4;

impl EvenlySpaced {
    /// The numbers of these stored bytes, when first, step and count give exactly the same bytes again.
    pub(super) fn of(element: Element, bytes: &[u8]) -> Option<Self> {
        if !element.data_type.is_numeric() {
            return None;
        }
        let numbers = element.values(bytes).into_f64().ok()?;
        let count = u32::try_from(numbers.len()).ok().filter(|_| numbers.len() >= FEWEST)?;
        let spaced = Self { first: numbers[0], step: numbers[1] - numbers[0], count };
        (spaced.to_bytes(element)? == bytes).then_some(spaced)
    }

    /// Their bytes, in the file's order.
    pub(crate) fn to_bytes(self, element: Element) -> Option<Vec<u8>> {
        let numbers = (0..self.count).map(|at| self.first + f64::from(at) * self.step).collect();
        let mut values = Values::F64(numbers).cast(element.data_type).ok()?;
        let bytes = values.as_bytes_mut()?;
        // Swapping bytes goes both ways.
        element.make_native(bytes);
        Some(bytes.to_vec())
    }

    /// Bytes of all numbers.
    pub(super) fn byte_len(self, element: Element) -> usize {
        self.count as usize * element.size()
    }
}

#[cfg(test)]
mod tests {
    use nunatak_array::{ByteOrder, DataType};
    use proptest::prelude::*;

    use super::*;

    fn stored(numbers: &[f64], element: Element) -> Vec<u8> {
        let mut values = Values::F64(numbers.to_vec()).cast(element.data_type).unwrap();
        let bytes = values.as_bytes_mut().unwrap();
        element.make_native(bytes);
        bytes.to_vec()
    }

    proptest! {
        /// What is kept gives the same bytes; what is not evenly spaced is not kept.
        #[test]
        fn the_bytes_come_back(
            first in -4e6_f64..4e6, step in -2e4_f64..2e4, count in 0_usize..50, spoilt in prop::option::of(0_usize..50),
            single in any::<bool>(), big in any::<bool>(),
        ) {
            let data_type = if single { DataType::F32 } else { DataType::F64 };
            let order = if big { ByteOrder::Big } else { ByteOrder::Little };
            let element = Element { data_type, order };
            let mut numbers: Vec<f64> = (0..count).map(|at| first.round() + at as f64 * step.round()).collect();
            if let Some(number) = spoilt.and_then(|at| numbers.get_mut(at)) {
                *number = f64::NAN;
            }
            let bytes = stored(&numbers, element);
            match EvenlySpaced::of(element, &bytes) {
                Some(spaced) => prop_assert_eq!(spaced.to_bytes(element).unwrap(), bytes),
                None => prop_assert!(count < FEWEST || single || numbers.iter().any(|number| number.is_nan())),
            }
        }
    }
}
