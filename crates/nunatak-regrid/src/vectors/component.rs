//! The components of a vector, and their rotation.

use serde::{Deserialize, Serialize};

use super::rotation_angles::Rotation;

/// One of the two components of a vector field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Component {
    /// Along x, or eastward.
    X,
    /// Along y, or northward.
    Y,
}

impl Component {
    /// This component of the vector (x, y), whose axes are at an angle to the new ones.
    #[inline]
    pub(crate) fn rotated(self, [cosine, sine]: Rotation, x: f64, y: f64) -> f64 {
        match self {
            Self::X => cosine * x - sine * y,
            Self::Y => sine * x + cosine * y,
        }
    }
}
