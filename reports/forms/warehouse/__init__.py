"""The papers of the warehouse on A4, as Decree 30/2020 lays a paper out."""
