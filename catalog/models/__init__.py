"""The records of the storefront."""

from catalog.models.category import Category
from catalog.models.offer import CatalogueVersion, Offer, PriceTier
from catalog.models.product import CertificateCoverage, Product
from catalog.models.search_document import SearchDocument
from catalog.models.stock import Hold, StockLot

__all__ = [
    "CatalogueVersion", "Category", "CertificateCoverage", "Hold", "Offer", "PriceTier", "Product",
    "SearchDocument", "StockLot",
]  # fmt: skip
