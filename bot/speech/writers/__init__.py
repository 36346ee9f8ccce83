"""Writers: each turns a plan into sentences with the passages they stand on."""
