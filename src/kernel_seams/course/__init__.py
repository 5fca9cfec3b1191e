"""The course: one table, lessons as text, and the notebooks made from them."""
