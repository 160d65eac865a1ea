// From the processor's reset to 64-bit mode with every vector register of AVX-512 on, and the ways in and out of the
// host: system calls, exceptions, and the change from one thread to another. Everything runs in ring 0.

#define CODE32 0x08
#define CODE64 0x10
#define DATA 0x18
#define ROM_SEGMENT 0xffff0000
#define ARCHIVE 0x1000000  // as in machine.hpp, both
#define MEMORY_END 0x60000000

  .section .boot, "ax"
  .globl reset
  .code16
real_mode:
  cli
  lgdtl %cs:(gdt_pointer - ROM_SEGMENT)
  mov %cr0, %eax
  or $1, %eax
  mov %eax, %cr0
  ljmpl $CODE32, $protected_mode

  .code32
protected_mode:
  mov $DATA, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  // Bochs gives memory to addresses in blocks (of 128 KiB, or of 1 MiB), in the order of their first use. It wrote the
  // archive as one stretch from its first block on, so the next ones to be used have to be those that follow.
  mov $ARCHIVE, %eax
1:
  mov (%eax), %edx
  add $0x10000, %eax
  cmp $MEMORY_END, %eax
  jb 1b
  mov $ROM_SEGMENT, %esi
  mov $0x100000, %edi
  mov $0xf000 / 4, %ecx
  cld
  rep movsl
  mov $0x100000, %eax
  jmp *%eax

  .balign 8
gdt:
  .quad 0
  .quad 0x00cf9b000000ffff
  .quad 0x00af9b000000ffff
  .quad 0x00cf93000000ffff
gdt_pointer:
  .word gdt_pointer - gdt - 1
  .long gdt

  .org 0xff0
reset:
  .code16
  jmp real_mode
  .org 0x1000

  .section .entry, "ax"
  .code32
  mov $bss_begin, %edi
  mov $bss_end, %ecx
  sub %edi, %ecx
  shr $2, %ecx
  xor %eax, %eax
  rep stosl
  // The first 4 GiB as they are, in pages of 1 GiB: present, writable, large.
  movl $page_directories + 3, page_map
  mov $4, %ecx
  mov $page_directories, %edi
  mov $0x83, %eax
1:
  mov %eax, (%edi)
  add $8, %edi
  add $0x40000000, %eax
  loop 1b
  mov $page_map, %eax
  mov %eax, %cr3
  mov %cr4, %eax
  or $0x40620, %eax  // PAE, OSFXSR, OSXMMEXCPT, OSXSAVE
  mov %eax, %cr4
  mov $0xc0000080, %ecx  // EFER: long mode, and the syscall instruction
  rdmsr
  or $0x101, %eax
  wrmsr
  mov %cr0, %eax
  and $~0x6000000c, %eax  // caches on; neither EM nor TS
  or $0x80010022, %eax    // paging, WP, NE, MP
  mov %eax, %cr0
  ljmpl $CODE64, $long_mode

  .code64
long_mode:
  fninit
  xor %ecx, %ecx
  xgetbv
  or $0xe7, %eax  // x87, SSE, AVX, masks, both halves of AVX-512
  xsetbv
  mov $host_stack_end, %rsp
  // Interrupt gates for the 32 exceptions, to stubs of 16 bytes.
  mov $exception_stubs, %rax
  mov $interrupt_descriptors, %rdi
  mov $32, %ecx
1:
  mov %eax, (%rdi)
  movw $CODE64, 2(%rdi)
  movw $0x8e00, 4(%rdi)
  mov %rax, %rdx
  shr $16, %rdx
  movw %dx, 6(%rdi)
  add $16, %rax
  add $16, %rdi
  loop 1b
  lidt interrupt_descriptors_pointer
  mov $0xc0000081, %ecx  // STAR: the segments that syscall loads
  xor %eax, %eax
  mov $CODE64, %edx
  wrmsr
  mov $0xc0000082, %ecx  // LSTAR: where it goes
  mov $system_call_entry, %eax
  xor %edx, %edx
  wrmsr
  mov $0xc0000084, %ecx  // SFMASK: direction and interrupt flags, off in the host
  mov $0x600, %eax
  wrmsr
  call start_program
  ud2

// start_at(entry, stack): the program's first instruction.
  .globl start_at
start_at:
  mov %rsi, %rsp
  xor %ebp, %ebp
  xor %edx, %edx
  jmp *%rdi

// A Frame on the host's stack of the calling thread, and system_call(&frame).
system_call_entry:
  mov %rsp, program_stack
  mov host_stack, %rsp
  push program_stack
  push %r11
  push %rcx
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  push %r9
  push %r8
  push %r10
  push %rdx
  push %rsi
  push %rdi
  push %rax
  mov %rsp, %rdi
  call system_call
  mov %rax, (%rsp)
  .globl leave_host
leave_host:
  pop %rax
  pop %rdi
  pop %rsi
  pop %rdx
  pop %r10
  pop %r8
  pop %r9
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  pop %rcx
  popfq
  mov (%rsp), %rsp  // not a byte below the program's stack is touched: it has a red zone
  jmp *%rcx

// switch_stacks(uint64_t* from, uint64_t to): goes on where `to` was left.
  .globl switch_stacks
switch_stacks:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret

  .balign 16
exception_stubs:
  .set vector, 0
  .rept 32
  .balign 16
  .if (vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21)
  .else
  push $0
  .endif
  push $vector
  jmp exception
  .set vector, vector + 1
  .endr
exception:
  mov %rsp, %rdi  // vector, error code, instruction, segment, flags, stack
  mov $exception_stack_end, %rsp
  call report_exception
  ud2

  .balign 8
interrupt_descriptors_pointer:
  .word 32 * 16 - 1
  .quad interrupt_descriptors

  .bss
  .balign 4096
page_map: .skip 4096
page_directories: .skip 4096
interrupt_descriptors: .skip 32 * 16
  .globl host_stack
host_stack: .skip 8
program_stack: .skip 8
  .balign 16
  .skip 16384
host_stack_end:
  .skip 8192
exception_stack_end:
  .section .note.GNU-stack, "", @progbits
