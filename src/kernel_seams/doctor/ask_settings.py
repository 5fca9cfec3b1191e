"""Which settings of IPython an interpreter's kernel refuses; the text is put into that of ``ask.py``."""
# mypy: ignore-errors
# ruff: noqa

# Kinds of values that can be judged without importing what the value names.
PLAIN = ("Enum", "Bool", "Int", "Integer", "Float", "Unicode", "List", "Dict", "Tuple", "Set")


def refused(settings):
    """[number, reason] for each of `settings` (JSON: [number, owner, key, value]) that the kernel would refuse."""
    kernelapp = sys.modules.get("ipykernel.kernelapp")
    if not settings or kernelapp is None:
        return []
    try:
        from traitlets import HasTraits, TraitError

        known = {}
        for one in [kernelapp.IPKernelApp] + list(kernelapp.IPKernelApp.classes):
            for base in one.__mro__:
                known.setdefault(base.__name__, base)
    except Exception:
        return []
    found = []
    for number, owner, key, value in json.loads(settings):
        try:
            trait = known[owner].class_traits(config=True)[key]
            if any(base.__name__ in PLAIN for base in type(trait).__mro__) and value is not None:
                trait.validate(HasTraits(), value)
        except TraitError as error:
            found.append([number, str(error)[:300]])
        except Exception:
            continue
    return found
