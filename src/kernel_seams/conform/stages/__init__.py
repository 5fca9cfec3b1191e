"""How the rules of each stage are tried, one module a stage."""
