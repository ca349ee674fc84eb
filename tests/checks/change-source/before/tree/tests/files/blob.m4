AC_DEFUN([BLOB], [eval $1])
