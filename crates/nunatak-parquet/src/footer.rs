//! What a parquet file says of itself at its end, checked before the parquet reader believes it.

use crate::error::{ParquetError, Result};

use crate::thrift::{Structure, Type, walk};

/// Groups of columns that a schema may have; saved tables have one, the root.
const MOST_GROUPS: usize = 64;

/// Fails for a footer whose counts its bytes cannot hold, or whose schema contradicts itself.
///
/// # Errors
/// Also for a file without a footer.
pub(crate) fn check_footer(file: &[u8]) -> Result<()> {
    let (mut groups, mut most_children) = (0_usize, 0);
    let mut seen = |structure: &'static Structure, field: i16, value: i64| {
        if structure.name == SCHEMA_ELEMENT.name && field == CHILDREN {
            // As the reader does, which takes the lower 32 bits.
            let children = value as i32;
            groups += usize::from(children != 0);
            most_children = most_children.max(children);
        }
    };
    let footer = footer(file)?;
    walk(footer, &FILE_METADATA, &mut seen)?;
    // An element of the schema has a name, so it takes three bytes at least.
    if usize::try_from(most_children).is_ok_and(|children| children > footer.len() / 3) {
        return Err(bad(format!("{most_children} columns in a footer of {} bytes", footer.len())));
    }
    if groups > MOST_GROUPS {
        return Err(bad(format!("{groups} groups of columns, expected at most {MOST_GROUPS}")));
    }
    Ok(())
}

/// The bytes before the last eight, which hold their number.
fn footer(file: &[u8]) -> Result<&[u8]> {
    let (rest, magic) = file.split_last_chunk::<4>().ok_or_else(|| bad("it has no footer"))?;
    let (rest, length) = rest.split_last_chunk::<4>().ok_or_else(|| bad("it has no footer"))?;
    if magic != b"PAR1" {
        return Err(bad("it does not end as a parquet file"));
    }
    let length = u32::from_le_bytes(*length) as usize;
    let start = rest.len().checked_sub(length);
    let start = start.ok_or_else(|| bad(format!("a footer of {length} bytes in a file of {}", file.len())))?;
    Ok(&rest[start..])
}

fn bad(problem: impl Into<String>) -> ParquetError {
    ParquetError::contradiction(problem)
}

const FILE_METADATA: Structure = Structure {
    name: "footer",
    fields: &[
        (1, Type::Integer),
        (2, Type::List(&Type::Structure(&SCHEMA_ELEMENT))),
        (3, Type::Integer),
        (4, Type::List(&Type::Structure(&ROW_GROUP))),
        (5, Type::List(&Type::Structure(&KEY_VALUE))),
        (6, Type::Binary),
        (7, Type::List(&Type::Structure(&COLUMN_ORDER))),
    ],
};

const CHILDREN: i16 = 5;
const SCHEMA_ELEMENT: Structure = Structure {
    name: "schema element",
    fields: &[
        (1, Type::Integer),
        (2, Type::Integer),
        (3, Type::Integer),
        (4, Type::Binary),
        (CHILDREN, Type::Integer),
        (6, Type::Integer),
        (7, Type::Integer),
        (8, Type::Integer),
        (9, Type::Integer),
        (10, Type::Structure(&LOGICAL_TYPE)),
    ],
};

const EMPTY: Structure = Structure { name: "logical type", fields: &[] };
const LOGICAL_TYPE: Structure = Structure {
    name: "logical type",
    fields: &[
        (1, Type::Structure(&EMPTY)),
        (2, Type::Structure(&EMPTY)),
        (3, Type::Structure(&EMPTY)),
        (4, Type::Structure(&EMPTY)),
        (5, Type::Structure(&DECIMAL)),
        (6, Type::Structure(&EMPTY)),
        (7, Type::Structure(&TIME)),
        (8, Type::Structure(&TIME)),
        (10, Type::Structure(&INTEGER)),
        (11, Type::Structure(&EMPTY)),
        (12, Type::Structure(&EMPTY)),
        (13, Type::Structure(&EMPTY)),
        (14, Type::Structure(&EMPTY)),
        (15, Type::Structure(&EMPTY)),
        (16, Type::Structure(&VARIANT)),
        (17, Type::Structure(&GEOGRAPHY)),
        (18, Type::Structure(&GEOGRAPHY)),
        (19, Type::Structure(&EMPTY)),
    ],
};
const DECIMAL: Structure = Structure { name: "decimal type", fields: &[(1, Type::Integer), (2, Type::Integer)] };
const INTEGER: Structure = Structure { name: "integer type", fields: &[(1, Type::Byte), (2, Type::Boolean)] };
const VARIANT: Structure = Structure { name: "variant type", fields: &[(1, Type::Byte)] };
const GEOGRAPHY: Structure = Structure { name: "geography type", fields: &[(1, Type::Binary), (2, Type::Integer)] };
const TIME: Structure =
    Structure { name: "time type", fields: &[(1, Type::Boolean), (2, Type::Structure(&TIME_UNIT))] };
const TIME_UNIT: Structure = Structure {
    name: "time unit",
    fields: &[(1, Type::Structure(&EMPTY)), (2, Type::Structure(&EMPTY)), (3, Type::Structure(&EMPTY))],
};

const ROW_GROUP: Structure = Structure {
    name: "row group",
    fields: &[
        (1, Type::List(&Type::Structure(&COLUMN_CHUNK))),
        (2, Type::Integer),
        (3, Type::Integer),
        (4, Type::List(&Type::Structure(&SORTING_COLUMN))),
        (5, Type::Integer),
        (6, Type::Integer),
        (7, Type::Integer),
    ],
};
const SORTING_COLUMN: Structure =
    Structure { name: "sorting column", fields: &[(1, Type::Integer), (2, Type::Boolean), (3, Type::Boolean)] };

const COLUMN_CHUNK: Structure = Structure {
    name: "column",
    fields: &[
        (1, Type::Binary),
        (2, Type::Integer),
        (3, Type::Structure(&COLUMN_METADATA)),
        (4, Type::Integer),
        (5, Type::Integer),
        (6, Type::Integer),
        (7, Type::Integer),
    ],
};

const COLUMN_METADATA: Structure = Structure {
    name: "column's description",
    fields: &[
        (1, Type::Integer),
        (2, Type::List(&Type::Integer)),
        (3, Type::List(&Type::Binary)),
        (4, Type::Integer),
        (5, Type::Integer),
        (6, Type::Integer),
        (7, Type::Integer),
        (8, Type::List(&Type::Structure(&KEY_VALUE))),
        (9, Type::Integer),
        (10, Type::Integer),
        (11, Type::Integer),
        (12, Type::Structure(&STATISTICS)),
        (13, Type::List(&Type::Structure(&ENCODING_STATISTICS))),
        (14, Type::Integer),
        (15, Type::Integer),
        (16, Type::Structure(&SIZE_STATISTICS)),
        (17, Type::Structure(&PLACE_STATISTICS)),
    ],
};

const KEY_VALUE: Structure = Structure { name: "note", fields: &[(1, Type::Binary), (2, Type::Binary)] };
const COLUMN_ORDER: Structure = Structure {
    name: "column order",
    fields: &[(1, Type::Structure(&EMPTY)), (2, Type::Structure(&EMPTY)), (3, Type::Structure(&EMPTY))],
};

pub(crate) const STATISTICS: Structure = Structure {
    name: "statistics",
    fields: &[
        (1, Type::Binary),
        (2, Type::Binary),
        (3, Type::Integer),
        (4, Type::Integer),
        (5, Type::Binary),
        (6, Type::Binary),
        (7, Type::Boolean),
        (8, Type::Boolean),
        (9, Type::Integer),
    ],
};
const ENCODING_STATISTICS: Structure =
    Structure { name: "encodings", fields: &[(1, Type::Integer), (2, Type::Integer), (3, Type::Integer)] };
const SIZE_STATISTICS: Structure = Structure {
    name: "sizes",
    fields: &[(1, Type::Integer), (2, Type::List(&Type::Integer)), (3, Type::List(&Type::Integer))],
};
const PLACE_STATISTICS: Structure =
    Structure { name: "places", fields: &[(1, Type::Structure(&BOUNDING_BOX)), (2, Type::List(&Type::Integer))] };
const BOUNDING_BOX: Structure = Structure {
    name: "bounding box",
    fields: &[
        (1, Type::Double),
        (2, Type::Double),
        (3, Type::Double),
        (4, Type::Double),
        (5, Type::Double),
        (6, Type::Double),
        (7, Type::Double),
        (8, Type::Double),
    ],
};
