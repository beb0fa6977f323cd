//! One granule: its header, and the segments that are wanted.

use nunatak_format::{File, Location, StorageOptions};
use nunatak_parallel::carried;
use rayon::prelude::*;

use super::beam::{BeamRead, read_beam};
use super::beam_reader::{BeamReader, check_segments, land_ice_segments};
use super::header::{check_product, describe};
use super::report::{BeamReport, GranuleReport};
use crate::error::Result;
use crate::points::{Beam, Segments, Selection};

/// Opens one granule and reads the segments that the selection wants, its beams side by side.
pub(crate) fn read_granule(
    path: &Location,
    options: &StorageOptions,
    selection: &Selection,
) -> Result<(Segments, GranuleReport)> {
    let file = nunatak_format::open_with(path, options)?;
    check_product(&file)?;
    let (mut report, clock) = describe(&file)?;
    let readers = readers(&file, selection, &mut report)?;
    let read_one = carried(|reader| match reader {
        (beam, Some(reader)) => read_beam(&file, beam, reader, selection, &report, clock),
        (beam, None) => Ok(BeamRead::absent(beam)),
    });
    let read: Vec<_> = readers.into_par_iter().map(read_one).collect();
    let mut segments = Segments::default();
    for of_beam in read {
        let mut of_beam = of_beam?;
        segments.append(of_beam.segments);
        report.missing.append(&mut of_beam.missing);
        report.notes.append(&mut of_beam.notes);
        report.beams.push(of_beam.report);
    }
    Ok((segments, report))
}

/// Readers of the beams that are wanted, `None` for those that the granule does not have; together they have no more
/// segments than are taken from one file.
fn readers<'a>(
    file: &'a File,
    selection: &Selection,
    report: &mut GranuleReport,
) -> Result<Vec<(Beam, Option<BeamReader<'a>>)>> {
    let (mut readers, mut segments) = (Vec::new(), 0);
    for beam in Beam::ALL.into_iter().filter(|beam| selection.beams.contains(beam)) {
        let Some(group) = land_ice_segments(file, beam) else {
            let present = file.root().group(beam.name()).is_some();
            let absent = if present { "/land_ice_segments" } else { "" };
            report.missing.push(format!("{}{absent}", beam.name()));
            readers.push((beam, None));
            continue;
        };
        let reader = BeamReader::new(file.location(), beam, group)?;
        segments += reader.written();
        check_segments(file.location(), beam, segments)?;
        readers.push((beam, Some(reader)));
    }
    Ok(readers)
}

impl BeamRead {
    /// Of a beam that the granule does not have.
    fn absent(beam: Beam) -> Self {
        let report = BeamReport { beam, segments: 0, good: 0, kept: 0, sentinels: 0 };
        Self { segments: Segments::default(), report, missing: Vec::new(), notes: Vec::new() }
    }
}
