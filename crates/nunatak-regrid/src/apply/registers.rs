//! Transposing in registers of x86-64.
//!
//! A square of four by four values takes two shuffles (single precision; lanes of 128 bits):
//!
//! ```text
//! a0 a1 a2 a3   unpack (a,b), (c,d)   a0 b0 a1 b1   shuffle low, high    a0 b0 c0 d0
//! b0 b1 b2 b3   ─────────────────►    a2 b2 a3 b3   ─────────────────►   a1 b1 c1 d1
//! c0 c1 c2 c3                         c0 d0 c1 d1                        a2 b2 c2 d2
//! d0 d1 d2 d3                         c2 d2 c3 d3                        a3 b3 c3 d3
//! ```
//!
//! Wider registers hold several such squares, one to a lane of 128 bits; a last permutation puts the lanes in order:
//!
//! ```text
//! 256 bits: eight rows as two times four   [A │ B]  ─ permute2f128 ─►  [A │ C]      A..D: squares of four by four
//!                                          [C │ D]                     [B │ D]
//! 512 bits: sixteen rows as four squares   shuffle_f32x4 gathers the four lanes of one column
//! ```
//!
//! No instruction stands in a closure: a closure that another function calls is compiled without the instruction set of
//! its surroundings, so that every instruction in it became a call, and registers went through memory (twelve times the
//! time of regridding on processors without AVX-512).

use std::any::Any;

use nunatak_array::Element;
use pulp::x86::{V3, V4};
use pulp::{Simd, cast};

use super::lanes::SIDE;

type Square = [[f32; SIDE]; SIDE];
type SingleRows = [[f32; SIDE]; 2 * SIDE];
type SingleColumns = [[f32; 2 * SIDE]; SIDE];
type DoubleRows = [[f64; SIDE]; 2 * SIDE];
type DoubleColumns = [[f64; 2 * SIDE]; SIDE];

#[inline(always)]
pub(super) fn columns<S: Simd, T: Element, const N: usize>(
    simd: S,
    rows: &[[T; SIDE]; N],
    columns: &mut [[T; N]; SIDE],
) -> Option<()> {
    let columns = columns as &mut dyn Any;
    if let Some(columns) = columns.downcast_mut::<Square>() {
        *columns = square(narrow(simd)?, of_type(rows)?);
        return Some(());
    }
    if let Some(columns) = columns.downcast_mut::<DoubleColumns>() {
        doubles(narrow(simd)?, (rows as &dyn Any).downcast_ref::<DoubleRows>()?, columns);
        return Some(());
    }
    let (columns, rows) = (columns.downcast_mut::<SingleColumns>()?, of_type::<_, SingleRows>(rows)?);
    if let Some(wide) = of_type::<_, V4>(&simd) {
        *columns = columns_of_sixteen(wide, rows);
        return Some(());
    }
    let narrow = of_type::<_, V3>(&simd)?;
    let [first, second] = cast::<SingleRows, [Square; 2]>(rows);
    let (first, second) = (square(narrow, first), square(narrow, second));
    for ((column, first), second) in columns.iter_mut().zip(first).zip(second) {
        column[..SIDE].copy_from_slice(&first);
        column[SIDE..].copy_from_slice(&second);
    }
    Some(())
}

#[inline(always)]
pub(super) fn rows<S: Simd, T: Element, const N: usize>(
    simd: S,
    columns: &[[T; N]; SIDE],
    rows: &mut [[T; SIDE]; N],
) -> Option<()> {
    let rows = rows as &mut dyn Any;
    if let Some(rows) = rows.downcast_mut::<DoubleRows>() {
        doubles(narrow(simd)?, (columns as &dyn Any).downcast_ref::<DoubleColumns>()?, rows);
        return Some(());
    }
    let (rows, columns) = (rows.downcast_mut::<SingleRows>()?, of_type::<_, SingleColumns>(columns)?);
    if let Some(wide) = of_type::<_, V4>(&simd) {
        *rows = rows_of_sixteen(wide, columns);
        return Some(());
    }
    let narrow = of_type::<_, V3>(&simd)?;
    let [mut above, mut below] = [[[0.0; SIDE]; SIDE]; 2];
    for (column, (above, below)) in columns.iter().zip(above.iter_mut().zip(&mut below)) {
        above.copy_from_slice(&column[..SIDE]);
        below.copy_from_slice(&column[SIDE..]);
    }
    *rows = cast::<[Square; 2], SingleRows>([square(narrow, above), square(narrow, below)]);
    Some(())
}

/// Registers of eight numbers of single precision, which are a part of wider ones.
#[inline(always)]
fn narrow<S: Simd>(simd: S) -> Option<V3> {
    of_type::<_, V3>(&simd).or_else(|| of_type::<_, V4>(&simd).map(|wide| *wide))
}

/// Turns rows of double precision, four by four values at a time.
#[inline(always)]
fn doubles<const ROWS: usize, const COLUMNS: usize>(
    registers: V3,
    rows: &[[f64; COLUMNS]; ROWS],
    columns: &mut [[f64; ROWS]; COLUMNS],
) {
    let avx = registers.avx;
    for row in (0..ROWS).step_by(4) {
        for column in (0..COLUMNS).step_by(4) {
            let [mut four, mut turned] = [[[0.0; 4]; 4]; 2];
            for (at, four) in four.iter_mut().enumerate() {
                four.copy_from_slice(&rows[row + at][column..column + 4]);
            }
            let [a, b, c, d] = cast::<[[f64; 4]; 4], [_; 4]>(four);
            let low = (avx._mm256_unpacklo_pd(a, b), avx._mm256_unpacklo_pd(c, d));
            let high = (avx._mm256_unpackhi_pd(a, b), avx._mm256_unpackhi_pd(c, d));
            turned[0] = cast(avx._mm256_permute2f128_pd::<0x20>(low.0, low.1));
            turned[1] = cast(avx._mm256_permute2f128_pd::<0x20>(high.0, high.1));
            turned[2] = cast(avx._mm256_permute2f128_pd::<0x31>(low.0, low.1));
            turned[3] = cast(avx._mm256_permute2f128_pd::<0x31>(high.0, high.1));
            for (at, turned) in turned.iter().enumerate() {
                columns[column + at][row..row + 4].copy_from_slice(turned);
            }
        }
    }
}

/// Turns the two squares of four by four values that lie in four registers, each in a lane of its own.
macro_rules! two_squares {
    ($avx:expr, $a:expr, $b:expr, $c:expr, $d:expr) => {{
        let low = ($avx._mm256_unpacklo_ps($a, $b), $avx._mm256_unpacklo_ps($c, $d));
        let high = ($avx._mm256_unpackhi_ps($a, $b), $avx._mm256_unpackhi_ps($c, $d));
        [
            $avx._mm256_shuffle_ps::<0x44>(low.0, low.1),
            $avx._mm256_shuffle_ps::<0xEE>(low.0, low.1),
            $avx._mm256_shuffle_ps::<0x44>(high.0, high.1),
            $avx._mm256_shuffle_ps::<0xEE>(high.0, high.1),
        ]
    }};
}

#[inline(always)]
fn square(registers: V3, rows: Square) -> Square {
    let avx = registers.avx;
    let [a, b, c, d, e, f, g, h] = cast::<Square, [_; SIDE]>(rows);
    let ([a, b, c, d], [e, f, g, h]) = (two_squares!(avx, a, b, c, d), two_squares!(avx, e, f, g, h));
    cast([
        avx._mm256_permute2f128_ps::<0x20>(a, e),
        avx._mm256_permute2f128_ps::<0x20>(b, f),
        avx._mm256_permute2f128_ps::<0x20>(c, g),
        avx._mm256_permute2f128_ps::<0x20>(d, h),
        avx._mm256_permute2f128_ps::<0x31>(a, e),
        avx._mm256_permute2f128_ps::<0x31>(b, f),
        avx._mm256_permute2f128_ps::<0x31>(c, g),
        avx._mm256_permute2f128_ps::<0x31>(d, h),
    ])
}

/// Turns the squares of four by four values that lie at one place of four registers.
macro_rules! fours {
    ($avx:expr, $rows:expr) => {{
        let (avx, [a, b, c, d]) = ($avx, $rows);
        let (low, high) = (
            [avx._mm512_unpacklo_ps(a, b), avx._mm512_unpacklo_ps(c, d)],
            [avx._mm512_unpackhi_ps(a, b), avx._mm512_unpackhi_ps(c, d)],
        );
        [
            avx._mm512_shuffle_ps::<0x44>(low[0], low[1]),
            avx._mm512_shuffle_ps::<0xEE>(low[0], low[1]),
            avx._mm512_shuffle_ps::<0x44>(high[0], high[1]),
            avx._mm512_shuffle_ps::<0xEE>(high[0], high[1]),
        ]
    }};
}

#[inline(always)]
fn columns_of_sixteen(registers: V4, rows: SingleRows) -> SingleColumns {
    let avx = registers.avx512f;
    let four = |first: usize| {
        std::array::from_fn(|row| cast::<[[f32; SIDE]; 2], _>([rows[first + row], rows[first + row + 4]]))
    };
    let (first, second) = (fours!(avx, four(0)), fours!(avx, four(SIDE)));
    std::array::from_fn(|column| {
        let (one, other) = (first[column % 4], second[column % 4]);
        cast(if column < 4 {
            avx._mm512_shuffle_f32x4::<0b10_00_10_00>(one, other)
        } else {
            avx._mm512_shuffle_f32x4::<0b11_01_11_01>(one, other)
        })
    })
}

#[inline(always)]
fn rows_of_sixteen(registers: V4, columns: SingleColumns) -> SingleRows {
    let avx = registers.avx512f;
    let columns = cast::<SingleColumns, [_; SIDE]>(columns);
    let four = |first: usize| std::array::from_fn(|column| columns[first + column]);
    let (first, second) = (fours!(avx, four(0)), fours!(avx, four(4)));
    // SingleRows from two registers, a quarter of one after that of the other.
    let [lower, upper] = [[0, 1, 8, 9, 2, 3, 10, 11_i64], [4, 5, 12, 13, 6, 7, 14, 15_i64]].map(cast);
    let mut rows = [[0.0; SIDE]; 2 * SIDE];
    for (row, (one, other)) in first.into_iter().zip(second).enumerate() {
        for (half, order) in [lower, upper].into_iter().enumerate() {
            let pair = avx._mm512_permutex2var_pd(cast(one), order, cast(other));
            let [above, below] = cast::<_, [[f32; SIDE]; 2]>(pair);
            (rows[SIDE * half + row], rows[SIDE * half + row + 4]) = (above, below);
        }
    }
    rows
}

/// The same value, when it is of the other type: which way is taken is known when this is compiled.
#[inline(always)]
fn of_type<From: 'static, To: Copy + 'static>(value: &From) -> Option<To> {
    (value as &dyn Any).downcast_ref::<To>().copied()
}
