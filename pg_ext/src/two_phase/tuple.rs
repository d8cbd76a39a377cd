//! Rows of this server as fields of the binary format, and back.

use pgrx::pg_sys;
use tandem_shared::row;

use super::routed::Routed;
use crate::legacy::branch::row::Fields;

/// The values of a row, by attribute.
pub struct Row {
    values: Vec<pg_sys::Datum>,
    nulls: Vec<bool>,
}

impl Row {
    /// Takes a row apart.
    ///
    /// # Safety
    /// The row must be of the relation, and live as long as this value.
    pub unsafe fn of(tuple: pg_sys::HeapTuple, relation: pg_sys::Relation) -> Self {
        // SAFETY: as the caller promises; both arrays have room for every attribute.
        unsafe {
            let descriptor = (*relation).rd_att;
            let count = usize::try_from((*descriptor).natts).unwrap_or(0);
            let mut values = vec![pg_sys::Datum::from(0); count];
            let mut nulls = vec![true; count];
            pg_sys::heap_deform_tuple(tuple, descriptor, values.as_mut_ptr(), nulls.as_mut_ptr());
            Self { values, nulls }
        }
    }

    /// True when an expression over the table's columns is true of the row.
    pub fn meets(&self, filter: &str, relation: pg_sys::Relation) -> crate::report::Result<bool> {
        // SAFETY: the relation is open; the row that is formed is copied into the query's own memory.
        let (row, kind, table) = unsafe {
            let descriptor = (*relation).rd_att;
            let mut values = self.values.clone();
            let mut nulls = self.nulls.clone();
            let tuple =
                pg_sys::heap_form_tuple(descriptor, values.as_mut_ptr(), nulls.as_mut_ptr());
            let row = pg_sys::heap_copy_tuple_as_datum(tuple, descriptor);
            let form = (*relation).rd_rel;
            (row, (*form).reltype, (*relation).rd_id)
        };
        super::owner::as_owner(|| {
            let query = format!(
                "SELECT ({filter}) IS TRUE FROM (SELECT ($1::{}).*) AS t",
                name_of(table)?
            );
            // SAFETY: the datum is of the table's row type.
            let argument = unsafe { pgrx::datum::DatumWithOid::new(row, kind) };
            Ok(pgrx::Spi::get_one_with_args::<bool>(&query, &[argument])?.unwrap_or(false))
        })
    }

    fn get(&self, attnum: i16) -> Option<pg_sys::Datum> {
        let at = usize::try_from(attnum - 1).ok()?;
        let null = self.nulls.get(at).copied().unwrap_or(true);
        (!null).then(|| self.values[at])
    }

    /// The plan's columns as fields of the binary format, in plan order.
    pub fn fields(&self, routed: &Routed) -> Fields {
        let columns = routed.columns.iter();
        columns
            .map(|column| Some(send(column.kind, self.get(column.attnum)?)))
            .collect()
    }

    /// Attributes, by number, of which the two rows have other bytes. The same value may have other bytes where it is compressed.
    pub fn differences(&self, other: &Row, relation: pg_sys::Relation) -> Vec<i16> {
        // SAFETY: the relation is open; the copy is released with the value.
        let descriptor = unsafe { pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att) };
        let differs = |attribute: &&pg_sys::FormData_pg_attribute| {
            let pair = (self.get(attribute.attnum), other.get(attribute.attnum));
            !attribute.attisdropped
                && match pair {
                    (None, None) => false,
                    // SAFETY: both are values of the attribute's type.
                    (Some(a), Some(b)) => unsafe { !same_bytes(attribute, a, b) },
                    _ => true,
                }
        };
        descriptor
            .iter()
            .filter(differs)
            .map(|attribute| attribute.attnum)
            .collect()
    }
}

/// True when two values of an attribute have the same bytes.
///
/// # Safety
/// Both must be values of the attribute's type.
unsafe fn same_bytes(
    attribute: &pg_sys::FormData_pg_attribute,
    a: pg_sys::Datum,
    b: pg_sys::Datum,
) -> bool {
    if attribute.attbyval || a.value() == b.value() {
        return a.value() == b.value();
    }
    let (a, b) = (a.cast_mut_ptr::<u8>(), b.cast_mut_ptr::<u8>());
    // SAFETY: as the caller promises, so the lengths are those of the values.
    unsafe {
        let length = |at: *mut u8| match attribute.attlen {
            -1 => pgrx::varsize_any(at.cast()),
            -2 => libc::strlen(at.cast()),
            length => usize::try_from(length).unwrap_or(0),
        };
        length(a) == length(b)
            && std::slice::from_raw_parts(a, length(a)) == std::slice::from_raw_parts(b, length(b))
    }
}

/// A value in the binary format of its type.
fn send(kind: pg_sys::Oid, value: pg_sys::Datum) -> Vec<u8> {
    let mut function = pg_sys::InvalidOid;
    let mut is_varlena = false;
    // SAFETY: the value is of the type; what the function returns is a bytea of its own, copied before anything else happens.
    unsafe {
        pg_sys::getTypeBinaryOutputInfo(kind, &raw mut function, &raw mut is_varlena);
        let bytes = pg_sys::OidSendFunctionCall(function, value);
        let copied = pgrx::varlena_to_byte_slice(bytes).to_vec();
        pg_sys::pfree(bytes.cast());
        copied
    }
}

/// Reads a field of the binary format as a value of an attribute.
fn receive(kind: pg_sys::Oid, modifier: i32, field: Option<&[u8]>) -> Option<pg_sys::Datum> {
    let field = field?;
    let mut function = pg_sys::InvalidOid;
    let mut parameter = pg_sys::InvalidOid;
    let mut buffer = pg_sys::StringInfoData::default();
    // SAFETY: the field is copied into server memory with a zero behind it, as receive functions may expect.
    unsafe {
        pg_sys::getTypeBinaryInputInfo(kind, &raw mut function, &raw mut parameter);
        pg_sys::initStringInfo(&raw mut buffer);
        let length = i32::try_from(field.len()).unwrap_or(i32::MAX);
        pg_sys::appendBinaryStringInfo(&raw mut buffer, field.as_ptr().cast(), length);
        Some(pg_sys::OidReceiveFunctionCall(
            function,
            &raw mut buffer,
            parameter,
            modifier,
        ))
    }
}

/// Fields as the server itself would send them: the form in which rows are compared.
pub fn canonical(routed: &Routed, translated: &[u8]) -> Fields {
    row::fields(translated)
        .zip(&routed.columns)
        .map(|(field, column)| {
            let value = receive(column.kind, column.modifier, field)?;
            Some(send(column.kind, value))
        })
        .collect()
}

/// The row with the plan's columns as `translated` has them and the others as they are.
///
/// # Safety
/// The row must be of the relation.
pub unsafe fn with_columns(
    tuple: pg_sys::HeapTuple,
    relation: pg_sys::Relation,
    routed: &Routed,
    translated: &[u8],
) -> pg_sys::HeapTuple {
    // SAFETY: as the caller promises; the arrays have room for every attribute.
    unsafe {
        let descriptor = (*relation).rd_att;
        let count = usize::try_from((*descriptor).natts).unwrap_or(0);
        let mut values = vec![pg_sys::Datum::from(0); count];
        let mut nulls = vec![false; count];
        let mut replace = vec![false; count];
        for (column, field) in routed.columns.iter().zip(row::fields(translated)) {
            let Ok(at) = usize::try_from(column.attnum - 1) else {
                continue;
            };
            if at >= count || column.generated || column.owned {
                continue;
            }
            let value = receive(column.kind, column.modifier, field);
            replace[at] = true;
            nulls[at] = value.is_none();
            values[at] = value.unwrap_or(pg_sys::Datum::from(0));
        }
        pg_sys::heap_modify_tuple(
            tuple,
            descriptor,
            values.as_mut_ptr(),
            nulls.as_mut_ptr(),
            replace.as_mut_ptr(),
        )
    }
}

/// The quoted name of a table.
fn name_of(table: pg_sys::Oid) -> crate::report::Result<String> {
    let query = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1";
    let found = pgrx::Spi::get_one_with_args::<String>(query, &[table.into()])?;
    Ok(found.unwrap_or_default())
}
