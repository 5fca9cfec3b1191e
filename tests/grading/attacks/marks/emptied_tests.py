# /// case
# tries = "The tests are replaced by cells that test nothing, under the same marks."
# state = "tampered"
# nbgrader = "as it should be"
# ///

# %% same
def same(got, expected):
    pass


# %% triple-check
print("all right")

# %% mean-check
-1

# %% count-check
pass

# %% largest-check
assert True

# %% shout-check
...
