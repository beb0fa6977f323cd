//! HDF5 types as ours: numbers, text, records, or the reason why not.

use hdf5_reader::error::ByteOrder as Hdf5Order;
use hdf5_reader::{CompoundField, Datatype, ReferenceType, StringPadding, StringSize, VarLenKind, dtype_element_size};
use nunatak_array::{ByteOrder, DataType};

use crate::manifest::Element;
use crate::{ElementType, RecordMember, RecordType};

/// How one element of a dataset or an attribute becomes a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Number(Element),
    /// IEEE 754 half precision, which is widened to single.
    Half(ByteOrder),
    /// Bytes that have a meaning of their own: records and opaque bytes.
    Structured(Element, ElementType),
    FixedText {
        width: usize,
        padding: StringPadding,
    },
    /// A reference to text in the global heap.
    HeapText(StringPadding),
    /// A reference to a sequence of numbers in the global heap.
    HeapSequence(Element),
    /// A small array in every element.
    Block(Box<Kind>, Vec<usize>),
}

/// The kind of a type, or the name of what it is when there is none.
pub(super) fn kind(datatype: &Datatype) -> Result<Kind, String> {
    Ok(match datatype {
        Datatype::FixedPoint { size, signed, byte_order } => number(integer(*size, *signed)?, *byte_order),
        Datatype::Bitfield { size, byte_order } => number(integer(*size, false)?, *byte_order),
        Datatype::FloatingPoint { size: 2, byte_order } => Kind::Half(order(*byte_order)),
        Datatype::FloatingPoint { size: 4, byte_order } => number(DataType::F32, *byte_order),
        Datatype::FloatingPoint { size: 8, byte_order } => number(DataType::F64, *byte_order),
        Datatype::FloatingPoint { size, .. } => return Err(format!("floats of {size} bytes")),
        Datatype::Enum { base, .. } => kind(base)?,
        Datatype::String { size: StringSize::Fixed(1), .. } => number(DataType::Bytes(1), Hdf5Order::LittleEndian),
        Datatype::String { size: StringSize::Fixed(width), padding, .. } => {
            Kind::FixedText { width: *width as usize, padding: *padding }
        }
        Datatype::String { size: StringSize::Variable, padding, .. }
        | Datatype::VarLen { kind: VarLenKind::String, padding, .. } => Kind::HeapText(*padding),
        Datatype::VarLen { base, .. } => match kind(base) {
            Ok(Kind::Number(element)) => Kind::HeapSequence(element),
            _ => return Err("sequences of other things than numbers".into()),
        },
        Datatype::Array { base, dims } => {
            let shape = dims.iter().map(|&length| usize::try_from(length).unwrap_or(usize::MAX)).collect();
            Kind::Block(Box::new(kind(base)?), shape)
        }
        Datatype::Compound { size, fields } => {
            let record = record(*size as usize, fields)?;
            Kind::Structured(bytes(record.size), ElementType::Record(record))
        }
        Datatype::Opaque { size, .. } => {
            Kind::Structured(bytes(*size as usize), ElementType::Plain(format!("|V{size}")))
        }
        Datatype::Reference { ref_type: ReferenceType::Object, .. } => return Err("object references".into()),
        Datatype::Reference { ref_type: ReferenceType::DatasetRegion, .. } => return Err("region references".into()),
    })
}

fn bytes(width: usize) -> Element {
    Element { data_type: DataType::Bytes(width), order: ByteOrder::Little }
}

fn number(data_type: DataType, byte_order: Hdf5Order) -> Kind {
    Kind::Number(Element { data_type, order: order(byte_order) })
}

fn order(byte_order: Hdf5Order) -> ByteOrder {
    match byte_order {
        Hdf5Order::LittleEndian => ByteOrder::Little,
        Hdf5Order::BigEndian => ByteOrder::Big,
    }
}

fn integer(size: u8, signed: bool) -> Result<DataType, String> {
    Ok(match (size, signed) {
        (1, true) => DataType::I8,
        (1, false) => DataType::U8,
        (2, true) => DataType::I16,
        (2, false) => DataType::U16,
        (4, true) => DataType::I32,
        (4, false) => DataType::U32,
        (8, true) => DataType::I64,
        (8, false) => DataType::U64,
        _ => return Err(format!("integers of {size} bytes")),
    })
}

/// The enumeration that h5py writes for truth values.
fn is_truth(datatype: &Datatype) -> bool {
    let Datatype::Enum { base, members } = datatype else { return false };
    matches!(**base, Datatype::FixedPoint { size: 1, .. })
        && matches!(members.as_slice(), [no, yes]
            if no.name == "FALSE" && no.value == [0] && yes.name == "TRUE" && yes.value == [1])
}

fn record(size: usize, fields: &[CompoundField]) -> Result<RecordType, String> {
    let members = fields
        .iter()
        .map(|field| {
            let (element_type, shape) = member_type(&field.datatype)
                .map_err(|problem| format!("records whose member `{}` holds {problem}", field.name))?;
            let offset = field.byte_offset as usize;
            let end = dtype_element_size(&field.datatype).ok().and_then(|bytes| offset.checked_add(bytes));
            if end.is_none_or(|end| end > size) {
                return Err(format!("records of {size} bytes whose member `{}` reaches beyond them", field.name));
            }
            Ok(RecordMember { name: field.name.clone(), offset, element_type, shape })
        })
        .collect::<Result<_, String>>()?;
    Ok(RecordType { size, members })
}

/// A member's type and shape, in the letters of NumPy's array interface.
fn member_type(datatype: &Datatype) -> Result<(ElementType, Vec<usize>), String> {
    let plain = |name: String| (ElementType::Plain(name), Vec::new());
    if is_truth(datatype) {
        return Ok(plain("|b1".into()));
    }
    Ok(match kind(datatype)? {
        Kind::Number(element) => plain(array_interface_name(element)),
        Kind::Half(ByteOrder::Little) => plain("<f2".into()),
        Kind::Half(ByteOrder::Big) => plain(">f2".into()),
        Kind::Structured(_, element_type) => (element_type, Vec::new()),
        Kind::FixedText { width, .. } => plain(format!("|S{width}")),
        Kind::Block(inner, shape) => {
            let Datatype::Array { base, .. } = datatype else { return Err("arrays".into()) };
            if matches!(*inner, Kind::Block(..)) {
                return Err("arrays of arrays".into());
            }
            (member_type(base)?.0, shape)
        }
        Kind::HeapText(_) => return Err("text of variable length".into()),
        Kind::HeapSequence(_) => return Err("sequences of variable length".into()),
    })
}

fn array_interface_name(element: Element) -> String {
    let order = match element.order {
        ByteOrder::Little => '<',
        ByteOrder::Big => '>',
    };
    match element.data_type {
        DataType::I8 => "|i1".into(),
        DataType::U8 => "|u1".into(),
        DataType::I16 => format!("{order}i2"),
        DataType::U16 => format!("{order}u2"),
        DataType::I32 => format!("{order}i4"),
        DataType::U32 => format!("{order}u4"),
        DataType::I64 => format!("{order}i8"),
        DataType::U64 => format!("{order}u8"),
        DataType::F32 => format!("{order}f4"),
        DataType::F64 => format!("{order}f8"),
        DataType::Bytes(width) => format!("|S{width}"),
        DataType::Text => "|O".into(),
    }
}
