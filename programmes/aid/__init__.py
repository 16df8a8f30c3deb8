"""State aid and instruments as pure rules: dated rows in, reasons and amounts out. Imports no Django."""
