//! Vectors on another grid: components rotated to axes that are smooth about a pole, regridded, and rotated to the
//! axes of the target.

mod component;
mod rotated_array;
mod rotation_angles;
mod source_rotation;

pub use component::Component;
pub use rotated_array::RotatedArray;

#[cfg(test)]
mod tests;
