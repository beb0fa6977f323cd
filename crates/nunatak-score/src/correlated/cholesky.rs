//! The Cholesky factor of the identity plus a matrix that is not negative, of blocks along its diagonal or of a whole one. Its
//! pivots are 1 at least, whatever round-off says.

use nunatak_parallel::for_each_of;

use crate::{Result, ScoreError};

/// Columns that are eliminated at once.
const PANEL: usize = 48;

/// A lower triangular factor.
#[derive(Debug, Clone)]
pub(super) enum Factor {
    /// Of square blocks along the diagonal, whose rows and columns are those of one overpass.
    Blocks { width: usize, blocks: Vec<[f64; 9]> },
    /// Of a whole matrix, row by row; above the diagonal are numbers without a meaning.
    Whole { size: usize, rows: Vec<f64> },
}

impl Factor {
    /// Of blocks, of which the first `width` rows and columns are used.
    pub(super) fn of_blocks(width: usize, mut blocks: Vec<[f64; 9]>) -> Self {
        for block in &mut blocks {
            for row in 0..width {
                for column in 0..=row {
                    let dot: f64 = (0..column).map(|at| block[3 * row + at] * block[3 * column + at]).sum();
                    let rest = block[3 * row + column] - dot;
                    block[3 * row + column] =
                        if row == column { rest.max(1.0).sqrt() } else { rest / block[4 * column] };
                }
            }
        }
        Self::Blocks { width, blocks }
    }

    /// Room for a whole matrix.
    ///
    /// # Errors
    /// [`ScoreError::Overpasses`] when it is not there.
    pub(super) fn room(size: usize, overpasses: usize) -> Result<Vec<f64>> {
        let bytes = 8 * (size as u128) * (size as u128);
        if size > LARGEST || !nunatak_array::has_room(bytes) {
            return Err(ScoreError::Overpasses { found: overpasses, columns: size, most: LARGEST });
        }
        Ok(vec![0.0; size * size])
    }

    /// Of a whole matrix, of which the lower triangle is read, panel by panel (Golub and Van Loan 2013, algorithm 4.2.10).
    pub(super) fn of_whole(size: usize, mut rows: Vec<f64>) -> Self {
        for start in (0..size).step_by(PANEL) {
            let end = (start + PANEL).min(size);
            let (above, below) = rows.split_at_mut(end * size);
            eliminate_diagonal(&mut above[start * size..], size, start, end);
            let diagonal = &above[start * size..];
            let panel_rows = below.chunks_mut(size).collect();
            for_each_of(panel_rows, |_, row: &mut [f64]| {
                for column in start..end {
                    let other = &diagonal[(column - start) * size..][..size];
                    let dot: f64 = (start..column).map(|at| row[at] * other[at]).sum();
                    row[column] = (row[column] - dot) / other[column];
                }
            });
            update(below, size, start, end);
        }
        Self::Whole { size, rows }
    }

    /// `L⁻¹ y`.
    pub(super) fn solve(&self, mut values: Vec<f64>) -> Vec<f64> {
        match self {
            Self::Blocks { width, blocks } => {
                for (block, own) in blocks.iter().zip(values.chunks_mut(*width)) {
                    for row in 0..own.len() {
                        let dot: f64 = (0..row).map(|at| block[3 * row + at] * own[at]).sum();
                        own[row] = (own[row] - dot) / block[4 * row];
                    }
                }
            }
            Self::Whole { size, rows } => {
                for row in 0..*size {
                    let (before, rest) = values.split_at_mut(row);
                    let own = &rows[row * size..];
                    let dot: f64 = own.iter().zip(before.iter()).map(|(one, other)| one * other).sum();
                    rest[0] = (rest[0] - dot) / own[row];
                }
            }
        }
        values
    }

    /// The number on the diagonal of a row.
    pub(super) fn diagonal(&self, row: usize) -> f64 {
        match self {
            Self::Blocks { width, blocks } => blocks[row / width][4 * (row % width)],
            Self::Whole { size, rows } => rows[row * size + row],
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Blocks { width, blocks } => width * blocks.len(),
            Self::Whole { size, .. } => *size,
        }
    }
}

/// The largest matrix whose factor takes minutes, not hours.
const LARGEST: usize = 20_000;

/// The triangle on the diagonal of a panel, whose rows these are.
fn eliminate_diagonal(rows: &mut [f64], size: usize, start: usize, end: usize) {
    for row in start..end {
        for column in start..=row {
            let (before, rest) = rows.split_at((row - start) * size);
            let own = if row == column { &rest[..size] } else { &before[(column - start) * size..][..size] };
            let dot: f64 = (start..column).map(|at| rest[at] * own[at]).sum();
            let left = rest[column] - dot;
            let value = if row == column { left.max(1.0).sqrt() } else { left / own[column] };
            rows[(row - start) * size + column] = value;
        }
    }
}

/// Takes a panel's product with itself from what is below and to the right of it. A transposed copy of the panel makes the inner
/// loop one along rows, which is what vector units take.
fn update(below: &mut [f64], size: usize, start: usize, end: usize) {
    let (count, width) = (below.len() / size.max(1), end - start);
    let mut panel = vec![0.0; width * count];
    for (at, row) in below.chunks(size).enumerate() {
        for column in 0..width {
            panel[column * count + at] = row[start + column];
        }
    }
    let panel = &panel;
    for_each_of(below.chunks_mut(size).collect(), |at, row: &mut [f64]| {
        let factors: [f64; PANEL] =
            std::array::from_fn(|column| if column < width { row[start + column] } else { 0.0 });
        let target = &mut row[end..=end + at];
        let mut column = 0;
        while column + 4 <= width {
            let of = |own: usize| &panel[(column + own) * count..][..=at];
            let ((a, b), (c, d)) = ((of(0), of(1)), (of(2), of(3)));
            let [p, q, r, s] = [0, 1, 2, 3].map(|own| factors[column + own]);
            for (index, value) in target.iter_mut().enumerate() {
                *value -= p * a[index] + q * b[index] + r * c[index] + s * d[index];
            }
            column += 4;
        }
        for column in column..width {
            for (value, other) in target.iter_mut().zip(&panel[column * count..]) {
                *value -= factors[column] * other;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_times_itself_is_the_matrix() {
        for size in [1usize, 3, 47, 48, 49, 131] {
            let random = |at: usize| ((at * 7919 + 13) % 997) as f64 / 997.0 - 0.5;
            let half: Vec<f64> = (0..size * size).map(random).collect();
            let element = |row: usize, column: usize| -> f64 {
                let dot: f64 = (0..size).map(|at| half[row * size + at] * half[column * size + at]).sum();
                dot + if row == column { 1.0 } else { 0.0 }
            };
            let matrix: Vec<f64> = (0..size * size).map(|at| element(at / size, at % size)).collect();
            let factor = Factor::of_whole(size, matrix.clone());
            let Factor::Whole { rows, .. } = &factor else { unreachable!() };
            for row in 0..size {
                for column in 0..=row {
                    let dot: f64 = (0..=column).map(|at| rows[row * size + at] * rows[column * size + at]).sum();
                    assert!((dot - matrix[row * size + column]).abs() < 1e-10, "{size} {row} {column}");
                }
            }
            let values: Vec<f64> = (0..size).map(|at| random(at + 5)).collect();
            let solved = factor.solve(values.clone());
            for row in 0..size {
                let dot: f64 = (0..=row).map(|at| rows[row * size + at] * solved[at]).sum();
                assert!((dot - values[row]).abs() < 1e-10);
            }
        }
    }
}
