"""Facts about the code itself: addresses, migrations, templates, money, imports."""
