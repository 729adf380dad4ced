"""The page frame: filters, forms, paging, security headers and error pages."""
