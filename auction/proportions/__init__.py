"""Whether what is seized is in proportion to what is owed (L25 Art. 72(3); D152/26 Art. 54(4))."""
