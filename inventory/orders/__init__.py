"""Orders to store in and to release (lệnh nhập, lệnh xuất kho) and the papers that follow them."""
