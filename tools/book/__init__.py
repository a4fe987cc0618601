"""The course as a book for the browser, made by Sphinx from the committed notebooks. Nothing is run."""
