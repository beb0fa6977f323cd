//! Columns of heights at reference points.

use crate::points::{Segments, column_set};

column_set! {
    /// What heights at reference points have beside the columns of [`Segments`].
    ///
    /// # Examples
    ///
    /// ```
    /// use nunatak_altimetry::TrackColumns;
    ///
    /// let mut track = TrackColumns { ref_pt: vec![601_665, 601_670], ..TrackColumns::default() };
    /// track.retain(&[true, false]);
    /// assert_eq!(track.ref_pt, [601_665]);
    /// ```
    TrackColumns {
        /// Reference point: number of the segment of the reference ground track, 20 m each.
        ref_pt: i32,
        /// Reference ground track of the reference point.
        track_rgt: i16,
        /// Pair of beams of the reference point, 1 to 3.
        track_pair: i8,
        /// Slope of the reference surface towards the east.
        slope_east: f32,
        /// Slope of the reference surface towards the north.
        slope_north: f32,
        /// Of a crossover, how far the heights of its track's segments lie apart, m (`along_track_rss`); NaN of others.
        along_track_rss: f32,
    }
}

/// Heights at reference points, or crossovers, as columns of equal length.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Atl11Columns, Segments, TrackColumns};
///
/// let segments = Segments { height: vec![1.0, 2.0], ..Segments::default() };
/// let track = TrackColumns { ref_pt: vec![5, 10], ..TrackColumns::default() };
/// let mut columns = Atl11Columns { segments, track };
/// columns.retain(&[false, true]);
/// assert_eq!((columns.segments.height, columns.track.ref_pt), (vec![2.0], vec![10]));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Atl11Columns {
    /// The columns that all points have.
    pub segments: Segments,
    /// Those of reference points.
    pub track: TrackColumns,
}

impl Atl11Columns {
    /// Adds the rows of another set after its own.
    pub fn append(&mut self, other: Self) {
        self.segments.append(other.segments);
        self.track.append(other.track);
    }

    /// Keeps the rows whose flag is true; missing flags count as false.
    pub fn retain(&mut self, keep: &[bool]) {
        self.segments.retain(keep);
        self.track.retain(keep);
    }
}
