"""Classes of letters for patterns, and the words that names are made of, in the Latin, Greek and Cyrillic alphabets."""

_ALL = [chr(code) for code in (*range(0x41, 0x530), *range(0x1E00, 0x1F00))]
UPPER = "".join(char for char in _ALL if char.isupper())
LOWER = "".join(char for char in _ALL if char.islower()) + "\u0300-\u036f"  # accents may be characters of their own
SPACE = "[ \u00a0]"
# O'Brien, McCarthy, Anne-Marie, Yıldız
WORD = rf"(?:[{UPPER}]['’])?[{UPPER}][{LOWER}]+(?:[{UPPER}][{LOWER}]+)?(?:[-'’][{UPPER}][{LOWER}]+)*"
