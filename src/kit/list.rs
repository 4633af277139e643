//! Lists that are put together while compiling.

/// How many items several lists have.
pub const fn total<T>(parts: &[&[T]]) -> usize {
    let (mut part, mut count) = (0, 0);
    while part < parts.len() {
        count += parts[part].len();
        part += 1;
    }
    count
}

/// Several lists as one of `N` items; `blank` is overwritten everywhere when `N` is their [`total`].
pub const fn join<T: Copy, const N: usize>(parts: &[&[T]], blank: T) -> [T; N] {
    let mut all = [blank; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            all[at] = parts[part][index];
            index += 1;
            at += 1;
        }
        part += 1;
    }
    all
}

/// Joins lists while compiling: `joined!(&str: [FIRST, &["more"]])`. The first list is not empty.
#[macro_export]
macro_rules! joined {
    ($item:ty: [$($part:expr),+ $(,)?]) => {{
        const PARTS: &[&[$item]] = &[$($part),+];
        const COUNT: usize = $crate::kit::list::total(PARTS);
        const ALL: [$item; COUNT] = $crate::kit::list::join(PARTS, PARTS[0][0]);
        const LIST: &[$item] = &ALL;
        LIST
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_joined_in_order() {
        const SOME: &[&str] = &["a", "b"];
        const MORE: &[&str] = joined!(&str: [SOME, &["c"], SOME]);
        assert_eq!(MORE, ["a", "b", "c", "a", "b"]);
    }
}
