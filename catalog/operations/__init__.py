"""Write-side verbs of the storefront's supply: offers, stock, certificates."""
