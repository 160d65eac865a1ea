// Diarizes a recording through the C interface and prints the turns as RTTM; a callback into Go watches the run.
package main

/*
#cgo pkg-config: diarist-c
#include <stdlib.h>
#include <diarist/diarist.h>

extern int progressed(double done_s, double total_s, void* user);
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"unsafe"
)

var reports int

//export progressed
func progressed(done, total C.double, user unsafe.Pointer) C.int {
	reports++
	return 0
}

// asError makes a Go error of a status and its error object, which it frees.
func asError(status C.diarist_status, err *C.diarist_error) error {
	if status == C.DIARIST_OK {
		return nil
	}
	defer C.diarist_error_free(err)
	return errors.New(C.GoString(C.diarist_error_message(err)))
}

func diarize(diarizer *C.diarist_diarizer, file string) (string, error) {
	name := C.CString(file)
	defer C.free(unsafe.Pointer(name))
	var hooks C.diarist_hooks
	C.diarist_hooks_init(&hooks, C.sizeof_diarist_hooks, nil)
	hooks.progress = C.diarist_progress_callback(C.progressed)

	var result *C.diarist_diarization
	var err *C.diarist_error
	status := C.diarist_diarize_file(diarizer, name, nil, &hooks, &result, &err)
	if status != C.DIARIST_OK {
		return "", asError(status, err)
	}
	defer C.diarist_diarization_free(result)

	var needed C.size_t
	C.diarist_diarization_text(result, C.DIARIST_FORMAT_RTTM, nil, 0, &needed, nil)
	text := make([]byte, int(needed)+1)
	status = C.diarist_diarization_text(result, C.DIARIST_FORMAT_RTTM, (*C.char)(unsafe.Pointer(&text[0])),
		C.size_t(len(text)), nil, &err)
	return string(text[:needed]), asError(status, err)
}

func run(file string) error {
	var diarizer *C.diarist_diarizer
	var err *C.diarist_error
	status := C.diarist_diarizer_new(nil, nil, &diarizer, &err)
	if status != C.DIARIST_OK {
		return asError(status, err)
	}
	defer C.diarist_diarizer_free(diarizer)
	if _, failed := diarize(diarizer, "nowhere.wav"); failed == nil {
		return errors.New("a recording that is not there was no error")
	}
	text, failed := diarize(diarizer, file)
	if failed != nil {
		return failed
	}
	if reports == 0 {
		return errors.New("the callback was not called")
	}
	fmt.Print(text)
	return nil
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
