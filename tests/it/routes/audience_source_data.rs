use crate::shop::Shop;

const PATH: &str = "/audience/source-data";

#[test]
fn the_document_reads_as_reviewed() {
    insta::assert_snapshot!(Shop::new().get(PATH).shown());
}
