//! Tiles of the target and the source cells that they put side by side.

use super::*;
use crate::apply::interleave::GROUP;
use crate::apply::target_rows::TargetRows;
use crate::apply::tiles::{Band, TILE_CELLS, Tile};
use crate::cell_block::CellBlock;

/// 400 x 200 cells to 142 x 71.
fn fine_to_coarse() -> Arc<Weights> {
    let source = geographic(&even(0.0, 0.25, 400), &even(-20.0, 0.25, 200));
    weights(&source, &geographic(&even(0.0, 0.7, 142), &even(-20.0, 0.7, 71)))
}

/// Of each cell of a band that tiles have, its source cells, as the tile's places name them.
fn source_cells(rows: &TargetRows, band: Band, source: usize) -> Vec<Option<Vec<u32>>> {
    let mut found = vec![None; band.rows * band.columns];
    let mut tile = Tile::new(source);
    tile.begin(rows, band);
    while !tile.is_empty() {
        let groups: Vec<usize> = tile.groups().collect();
        assert!(groups.is_sorted() && tile.source_cells() == groups.len() * GROUP);
        for (first, piece) in tile.pieces(rows) {
            for (at, (_, places)) in (first..).zip(piece.rows()) {
                let cell = |&place: &u32| (groups[place as usize / GROUP] * GROUP + place as usize % GROUP) as u32;
                assert!(found[at].replace(places.iter().map(cell).collect()).is_none(), "{at} twice");
            }
        }
        tile.cut(rows);
    }
    found
}

#[test]
fn every_target_cell_is_in_one_tile_with_its_source_cells() {
    let weights = fine_to_coarse();
    let (target, source) = (CellBlock::whole(weights.target()), CellBlock::whole(weights.source()));
    let rows = TargetRows::new(&weights, target, source);
    for (first, height, width) in [(0, 71, 142), (142 * 60, 11, 142), (300, 1, 5000)] {
        let found = source_cells(&rows, Band { first, rows: height, columns: width }, source.len());
        for (at, cells) in (first..).zip(found) {
            let entries = weights.row_starts()[at]..weights.row_starts()[at + 1];
            assert_eq!(cells.unwrap(), weights.cells()[entries], "{at}");
        }
    }
}

#[test]
fn tiles_end_when_they_have_many_source_cells() {
    let weights = fine_to_coarse();
    let (target, source) = (CellBlock::whole(weights.target()), CellBlock::whole(weights.source()));
    let rows = TargetRows::new(&weights, target, source);
    let mut tile = Tile::new(source.len());
    tile.begin(&rows, Band { first: 0, rows: 71, columns: 142 });
    let mut tiles = 0;
    while !tile.is_empty() {
        assert!(tile.source_cells() < 2 * TILE_CELLS);
        tiles += 1;
        tile.cut(&rows);
    }
    assert!(tiles >= weights.source().len() / (2 * TILE_CELLS), "{tiles}");
}
