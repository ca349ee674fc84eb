AC_DEFUN([HOSTED], [eval $1])
