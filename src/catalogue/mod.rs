//! What is known of products: end of life by product id, portfolio by product id or SKU, service levels by code. Pure: tables come in as text, look-ups go out.
