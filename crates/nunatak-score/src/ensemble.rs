//! Scores of an ensemble, one row of numbers for each observation.
//!
//! [`Ensemble`] holds observations, members, and what is known of both: weights of the members and the standard deviation
//! of the error of each observation. A NaN member is left out of its point, as is one of weight 0; a point without
//! observation or without members gives NaN. Results do not depend on the number of threads.
//!
//! ```text
//! members ──► crps, log_score, ranks, moments ──► all (one pass)
//!             energy (vectors)
//! ```

mod all;
mod crps;
mod energy;
mod log_score;
mod members;
mod moments;
mod ranks;
mod sorting_network;

pub use all::{AllScores, COLUMNS, all_scores};
pub use crps::{CrpsEstimator, crps, crps_ensemble};
pub use energy::{Vectors, energy_score};
pub use log_score::log_score;
pub use members::{Ensemble, MemberAxis};
pub use moments::{MOMENTS, moments};
pub use ranks::rank_probabilities;
