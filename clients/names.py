"""Names that have gone wrong somewhere: in addresses of requests, in file: locations, in SQL, between composed and decomposed letters."""

NAMES = [
    "with space",
    "per%cent",
    "%41",
    "%2F",
    "a+b",
    "quo'te",
    'dou"ble',
    "back`tick",
    "emoji\U0001f9ca",
    "\u00e4rger",
    "a\u0308rger",
    "a/b",
    "back\\slash",
    "ques?tion",
    "hash#tag",
    "semi;colon",
    "dot.ted",
    "a&b=c",
    "col:on",
    "CamelCase",
]

# The same characters in few names, for clients that take long.
TOGETHER = ["a/b c%41+d", "ques?tion#'\"`", "\u00e4 a\u0308\U0001f9ca\\;&=:.Z"]
