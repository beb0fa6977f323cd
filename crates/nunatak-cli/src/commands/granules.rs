//! Granules as arguments: read, filtered, with their problems on standard error.

use clap::Args;
use nunatak::Result;
use nunatak::altimetry::{Quality, Segments, Selection, read_granules};
use nunatak::format::Location;

/// Which ATL06 granules, and which of their segments.
#[derive(Args)]
pub(crate) struct Granules {
    /// ATL06 granules (HDF5).
    #[arg(required = true)]
    granules: Vec<Location>,
    /// Keep every segment, not only those whose quality summary is 0.
    #[arg(long)]
    all_qualities: bool,
}

impl Granules {
    /// The segments of all granules that can be read; each that cannot is named on standard error, as is what is odd about
    /// the others (given twice, say); if none can, the first problem is the error.
    pub(crate) fn read(&self) -> Result<Segments> {
        let quality = if self.all_qualities { Quality::All } else { Quality::SummaryZero };
        let selection = Selection { quality, ..Selection::default() };
        let (segments, reports) = read_granules(&self.granules, &selection);
        let readable = reports.iter().any(|report| report.problem.is_none());
        for report in reports {
            for note in &report.notes {
                eprintln!("nunatak: {}: {note}", report.path.file_name());
            }
            if let Some(problem) = report.problem {
                if !readable {
                    return Err(problem.into());
                }
                eprintln!("nunatak: skipped: {problem}");
            }
        }
        Ok(segments)
    }
}
