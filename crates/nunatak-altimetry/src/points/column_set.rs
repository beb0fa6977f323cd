//! Columns of equal length, by name.

/// Declares a struct of columns of equal length; each field is one column.
macro_rules! column_set {
    ($(#[$about:meta])* $set:ident { $($(#[$doc:meta])* $name:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $set {
            $($(#[$doc])* pub $name: Vec<$type>,)*
        }

        impl $set {
            /// Names of the columns, in order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// Adds the rows of another set after its own.
            pub fn append(&mut self, mut other: Self) {
                $(if self.$name.is_empty() {
                    self.$name = other.$name;
                } else {
                    self.$name.append(&mut other.$name);
                })*
            }

            /// Keeps the rows whose flag is true; missing flags count as false.
            pub fn retain(&mut self, keep: &[bool]) {
                $(if self.$name.len() > keep.len() || keep.contains(&false) {
                    let mut flags = keep.iter();
                    self.$name.retain(|_| flags.next().copied().unwrap_or(false));
                })*
            }

            /// Empties the columns that are not wanted.
            #[allow(dead_code, reason = "not every set of columns is a choice")]
            pub(crate) fn keep_columns(&mut self, wanted: impl Fn(&str) -> bool) {
                $(if !wanted(stringify!($name)) {
                    self.$name = Vec::new();
                })*
            }

            /// The columns by name.
            pub fn into_columns(self) -> Vec<(&'static str, nunatak_array::Values)> {
                vec![$((stringify!($name), <$type as nunatak_array::Element>::wrap(self.$name))),*]
            }
        }
    };
}

pub(crate) use column_set;
