"""The places where the API can live, a module each; `helpers.use` chooses one."""
