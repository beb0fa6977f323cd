//! The surface between the tracks: how far it resembles itself, and what the points of a cell say of the mean of the cell.
//!
//! ```text
//! Blocks of cells ─► Variogram (shape: exponent, length, smoothness, stretch; restricted likelihood) ─┐
//!      └─► slope and scale of each cell, shrunk towards its neighbourhood ──────────────────────────────┴─► Kriging ─► Estimate
//! ```
//!
//! The height of a cell is predicted as its mean from the mean heights of small blocks of it (block kriging with an unknown
//! mean: Matheron 1971; Chilès and Delfiner 2012, section 3.5) about the slope of the neighbourhood. Lengths are in widths of
//! the cell throughout, so that one shape serves cells of any size.

mod covariance;
mod fit;
mod kriging;
mod neighbourhood;
mod patch;
mod variogram;

pub(crate) use covariance::Covariance;
pub(crate) use fit::{Sample, fit};
pub(crate) use kriging::{Estimate, LEAST_SCALE, Prior, WholeCell, estimate, likelihood, noise, squared_error};
pub(crate) use neighbourhood::{
    KnownSlope, LocalScale, LocalSlope, NeighbourhoodSlopes, Neighbours, local_scales, typical_squared_slope,
};
pub(crate) use patch::{BLOCKS, Block};
pub(crate) use variogram::Variogram;

#[cfg(test)]
mod tests;
