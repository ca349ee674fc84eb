int example(void);
