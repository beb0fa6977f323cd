//! The same bits whatever is read, by however many threads, beside whatever other fields.

use super::*;

/// Eleven fields, some with holes of their own.
fn fields(cells: usize) -> Vec<f64> {
    let is_hole = |at: usize| (at / cells) % 3 == 1 && (at % cells).is_multiple_of(17 + at / cells);
    scattered(11 * cells)
        .into_iter()
        .enumerate()
        .map(|(at, value)| if is_hole(at) { f64::NAN } else { value })
        .collect()
}

fn cases() -> Vec<Arc<Weights>> {
    let (source, target) = (polar(250e3, 2.8e6), polar(160e3, 2.6e6));
    let keep: Vec<bool> = (0..source.len()).map(|cell| cell % 29 != 0).collect();
    let plain = second_order(&source, &target);
    vec![
        Arc::new(plain.masked(&keep).unwrap()),
        plain,
        second_order(&globe(36, 72), &healpix(3)),
        second_order(&healpix(3), &globe(30, 40)),
    ]
}

#[test]
fn a_region_is_part_of_the_whole() {
    for (weights, limited) in cases().iter().flat_map(|weights| [(weights, false), (weights, true)]) {
        let array = array(weights, &fields(weights.source().len()), anything().limited(limited));
        let (whole, shape) = (all(&array), array.shape().to_vec());
        let (start, part): (Vec<usize>, Vec<usize>) =
            shape.iter().map(|&length| (length / 3, (length / 4).max(1))).unzip();
        let region = Region::new(start.clone(), part.clone()).unwrap();
        let found = array.read(&region).unwrap().to_f64().unwrap();
        let expected: Vec<f64> = (0..region.len())
            .map(|at| {
                let (mut rest, mut flat, mut stride) = (at, 0, 1);
                for axis in (0..shape.len()).rev() {
                    flat += (start[axis] + rest % part[axis]) * stride;
                    rest /= part[axis];
                    stride *= shape[axis];
                }
                whole[flat]
            })
            .collect();
        assert!(found.iter().any(|value| !value.is_nan()));
        same_bits(&found, &expected);
    }
}

#[test]
fn a_field_is_itself_whatever_is_beside_it() {
    for (weights, limited) in cases().iter().flat_map(|weights| [(weights, false), (weights, true)]) {
        let (cells, options) = (weights.source().len(), anything().limited(limited));
        let values = fields(cells);
        let alone: Vec<f64> = values.chunks(cells).flat_map(|field| applied(weights, field, options)).collect();
        same_bits(&applied(weights, &values, options), &alone);
    }
}

#[test]
fn threads_do_not_matter() {
    let weights = &cases()[0];
    let values = fields(weights.source().len());
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let own = Arc::new(Weights::new(weights.source(), weights.target(), Method::Conservative2).unwrap());
            applied(&own, &values, anything().limited(true))
        })
    };
    same_bits(&with(1), &with(3));
}

#[test]
fn single_precision_is_summed_in_double() {
    let weights = &cases()[1];
    let values: Vec<f32> = fields(weights.source().len()).iter().map(|&value| value as f32).collect();
    let exact: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    let mut shape = weights.source().shape();
    shape.insert(0, 11);
    let input: SharedArray = Arc::new(MemoryArray::new(shape, Values::F32(values)).unwrap());
    let single = RegriddedArray::new(input, Arc::clone(weights), anything().limited(true)).unwrap();
    same_bits(&all(&single), &applied(weights, &exact, anything().limited(true)));
}

#[test]
fn weights_that_were_kept_still_vary() {
    let weights = &cases()[0];
    let values = fields(weights.source().len());
    let kept = Weights::from_bytes(&weights.to_all_bytes().unwrap()).unwrap();
    let again = Weights::from_bytes(&kept.to_bytes().unwrap()).unwrap();
    for other in [kept, again] {
        assert_eq!(other.mask(), weights.mask());
        same_bits(
            &applied(&other, &values, anything().limited(true)),
            &applied(weights, &values, anything().limited(true)),
        );
    }
    let description = array(weights, &values, anything().limited(true)).describe().unwrap();
    let mut shape = weights.source().shape();
    shape.insert(0, 11);
    let input: SharedArray = Arc::new(MemoryArray::new(shape, Values::F64(values.clone())).unwrap());
    let rebuilt = crate::rebuild(&description, &[input]).unwrap().unwrap();
    same_bits(&all(&*rebuilt), &applied(weights, &values, anything().limited(true)));
}
