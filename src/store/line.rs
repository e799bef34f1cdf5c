//! Coverage lines as the rows of `line`: a book has a million of them, so that its size and the
//! time of an import are theirs. Values are packed (see [`Form`]); one list gives columns, forms,
//! write order and read order together.

use super::columns::{Closed, bytes_of, null, text_of};
use super::error::StoreError;
use super::form::{Form, pack_day, pack_decimal, unpack_day, unpack_decimal};
use super::names::{Names, Parent};
use super::table::{Entity, Reader, Single, Table, Texts};
use crate::domain::ids::{AccountId, BatchId, ContractId, SiteId};
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The form of a column.
trait Shape {
    const FORM: Form;
}

/// How a value of a column is written and read in its form.
trait Held<T>: Shape {
    fn cell<'a>(value: &'a T, names: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError>;
    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        names: &mut Names<'_>,
    ) -> Result<Option<T>, StoreError>;
}

/// A column that may be empty.
struct Maybe<F>(F);

impl<F: Shape> Shape for Maybe<F> {
    const FORM: Form = F::FORM;
}

impl<T, F: Held<T>> Held<Option<T>> for Maybe<F> {
    fn cell<'a>(
        value: &'a Option<T>,
        names: &mut Names<'_>,
    ) -> Result<ToSqlOutput<'a>, StoreError> {
        match value {
            Some(value) => F::cell(value, names),
            None => Ok(null()),
        }
    }

    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        names: &mut Names<'_>,
    ) -> Result<Option<Option<T>>, StoreError> {
        match cell {
            ValueRef::Null => Ok(Some(None)),
            cell => Ok(F::value(cell, texts, names)?.map(Some)),
        }
    }
}

fn integer(number: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(number))
}

/// As it is written; see [`Single`].
struct Plain;

impl Shape for Plain {
    const FORM: Form = Form::Plain;
}

impl<T: Single> Held<T> for Plain {
    fn cell<'a>(value: &'a T, _: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
        Ok(value.cell())
    }

    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        _: &mut Names<'_>,
    ) -> Result<Option<T>, StoreError> {
        Ok(T::from_cell(cell, texts))
    }
}

struct Day;

impl Shape for Day {
    const FORM: Form = Form::Day;
}

impl Held<NaiveDate> for Day {
    fn cell<'a>(value: &'a NaiveDate, _: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
        Ok(integer(pack_day(*value)))
    }

    fn value(
        cell: ValueRef<'_>,
        _: &mut Texts,
        _: &mut Names<'_>,
    ) -> Result<Option<NaiveDate>, StoreError> {
        Ok(match cell {
            ValueRef::Integer(number) => unpack_day(number),
            _ => None,
        })
    }
}

struct Exact;

impl Shape for Exact {
    const FORM: Form = Form::Exact;
}

impl Held<Decimal> for Exact {
    fn cell<'a>(value: &'a Decimal, _: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
        Ok(match pack_decimal(*value) {
            Some(number) => integer(number),
            None => value.cell(),
        })
    }

    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        _: &mut Names<'_>,
    ) -> Result<Option<Decimal>, StoreError> {
        Ok(exact(cell, texts))
    }
}

/// A packed decimal.
pub(super) fn exact(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Decimal> {
    match cell {
        ValueRef::Integer(number) => unpack_decimal(number),
        cell => Decimal::from_cell(cell, texts),
    }
}

struct Word;

impl Shape for Word {
    const FORM: Form = Form::Word;
}

impl Held<Arc<str>> for Word {
    fn cell<'a>(value: &'a Arc<str>, names: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
        Ok(match names.shared_word(value)? {
            Some(place) => integer(place),
            None => value.cell(),
        })
    }

    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        names: &mut Names<'_>,
    ) -> Result<Option<Arc<str>>, StoreError> {
        match cell {
            ValueRef::Integer(place) => names.text(place),
            cell => Ok(bytes_of(cell).and_then(|text| texts.share(text))),
        }
    }
}

impl Held<Portfolio> for Word {
    fn cell<'a>(
        value: &'a Portfolio,
        names: &mut Names<'_>,
    ) -> Result<ToSqlOutput<'a>, StoreError> {
        Word::cell(&value.0, names)
    }

    fn value(
        cell: ValueRef<'_>,
        texts: &mut Texts,
        names: &mut Names<'_>,
    ) -> Result<Option<Portfolio>, StoreError> {
        let text: Option<Arc<str>> = Word::value(cell, texts, names)?;
        Ok(text.map(Portfolio))
    }
}

impl Held<Currency> for Word {
    fn cell<'a>(value: &'a Currency, names: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
        Ok(match names.word(value.code())? {
            Some(place) => integer(place),
            None => value.cell(),
        })
    }

    fn value(
        cell: ValueRef<'_>,
        _: &mut Texts,
        names: &mut Names<'_>,
    ) -> Result<Option<Currency>, StoreError> {
        Ok(match cell {
            ValueRef::Integer(place) => names.text(place)?.and_then(|code| code.parse().ok()),
            cell => text_of(cell).and_then(|code| code.parse().ok()),
        })
    }
}

macro_rules! closed {
    ($($shape:ident($set:ident))+) => {$(
        struct $shape;

        impl Shape for $shape {
            const FORM: Form = Form::Closed($set::WORDS);
        }

        impl Held<$set> for $shape {
            fn cell<'a>(value: &'a $set, _: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
                Ok(integer(value.place()))
            }

            fn value(
                cell: ValueRef<'_>,
                _: &mut Texts,
                _: &mut Names<'_>,
            ) -> Result<Option<$set>, StoreError> {
                Ok(match cell {
                    ValueRef::Integer(place) => {
                        let at = usize::try_from(place).ok();
                        at.and_then(|at| $set::ALL.get(at)).copied()
                    }
                    _ => None,
                })
            }
        }
    )+};
}

closed! { Kind(LineKind) Cover(Coverage) }

macro_rules! places {
    ($($shape:ident($id:ident))+) => {$(
        struct $shape;

        impl Shape for $shape {
            const FORM: Form = Form::Of(Parent::$shape);
        }

        impl Held<$id> for $shape {
            fn cell<'a>(value: &'a $id, names: &mut Names<'_>) -> Result<ToSqlOutput<'a>, StoreError> {
                names.place(Parent::$shape, value.0).map(integer)
            }

            fn value(
                cell: ValueRef<'_>,
                _: &mut Texts,
                names: &mut Names<'_>,
            ) -> Result<Option<$id>, StoreError> {
                Ok(match cell {
                    ValueRef::Integer(place) => names.id(Parent::$shape, place)?.map($id),
                    _ => None,
                })
            }
        }
    )+};
}

places! { Account(AccountId) Contract(ContractId) Site(SiteId) Batch(BatchId) }

/// Implements the rows of `line` from the list of fields, each with its form and column. The place
/// a line was read from takes two columns; the cells that no column holds are beside the value.
macro_rules! line {
    ($($field:ident $shape:ty [$column:ident],)+) => {
        impl Entity for Line {
            const TABLE: Table = Table {
                name: "line",
                columns: &[
                    $(stringify!($column),)+ "origin_batch", "origin_row", "heads", "cells",
                ],
                versions: &[],
                forms: &[
                    $(<$shape as Shape>::FORM,)+ Batch::FORM, Form::Plain, Form::Word, Form::Plain,
                ],
                beside: 2,
            };

            fn cells<'a>(
                &'a self,
                names: &mut Names<'_>,
                out: &mut Vec<ToSqlOutput<'a>>,
            ) -> Result<(), StoreError> {
                $( out.push(<$shape>::cell(&self.$field, names)?); )+
                match &self.origin {
                    Some(origin) => {
                        out.push(Batch::cell(&origin.batch, names)?);
                        out.push(origin.row.cell());
                    }
                    None => out.extend([null(), null()]),
                }
                Ok(())
            }

            fn read(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
                $( let $field = row.next_with(<$shape>::value)?; )+
                let batch: Option<BatchId> = row.next_with(Maybe::<Batch>::value)?;
                let at: Option<u32> = row.next()?;
                Ok(Line {
                    $($field,)+
                    origin: batch.zip(at).map(|(batch, row)| Origin { batch, row }),
                })
            }
        }
    };
}

line! {
    id Plain [n],
    contract Maybe<Contract> [contract],
    account Account [account],
    site Maybe<Site> [site],
    kind Kind [kind],
    serial Plain [serial],
    instance Plain [instance],
    pid Maybe<Word> [pid],
    description Maybe<Word> [description],
    service_sku Maybe<Word> [service_sku],
    service_level Maybe<Word> [service_level],
    start Maybe<Day> [start_on],
    end Maybe<Day> [end_on],
    quantity Exact [quantity],
    unit_list Maybe<Exact> [unit_list],
    list_years Exact [list_years],
    prorated_list Maybe<Exact> [prorated_list],
    discount_pct Maybe<Exact> [discount_pct],
    extended_net Maybe<Exact> [extended_net],
    currency Maybe<Word> [currency],
    ldos Maybe<Day> [ldos],
    warranty_end Maybe<Day> [warranty_end],
    ship_date Maybe<Day> [ship_date],
    terminated Maybe<Day> [terminated],
    coverage Cover [coverage],
    status_raw Maybe<Word> [status_raw],
    renewed_to Plain [renewed_to],
    replaced_by Plain [replaced_by],
    portfolio Maybe<Word> [portfolio],
    product_portfolio Maybe<Word> [product_portfolio],
    portfolio_typed Maybe<Word> [portfolio_typed],
    premium Plain [premium],
    ea Plain [ea],
    ai Plain [ai],
    customer_renew Plain [customer_renew],
    customer_comment Plain [customer_comment],
    gone_in Maybe<Batch> [gone_in],
    origin_sheet Maybe<Word> [origin_sheet],
}
