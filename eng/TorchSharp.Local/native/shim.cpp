// The C face of libtorch that eng/TorchSharp.Local calls. Any operator goes through ts_call by its schema
// name; what the dispatcher does not offer (autograd, generators, threads, devices) has an export of its own.
// One source for libtorch 1.13 to 2.14. A tensor handle is an owned TensorImpl*, so equal handles mean the
// same tensor. No exception crosses the boundary: a failed call returns -1 or null and leaves ts_last_error.

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/ScalarOps.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <ATen/core/ivalue.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Logging.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace {

using c10::IValue;
using c10::TypeKind;
using TensorPtr = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
// c10::optional became std::optional; the return type says which one this libtorch uses.
using OptionalTensor = decltype(std::declval<IValue>().toOptional<at::Tensor>());

// Mirrors Tag and NativeValue in Native/NativeValue.cs.
enum class Tag : int32_t {
  Default, None, Tensor, Int, Double, Bool, Ints, Tensors, Device, String, Generator
};

struct Value {
  Tag tag;
  int32_t count;  // elements of a list, bytes of a string, index of a device
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};

// What a schema argument takes, read once when the operator is looked up.
enum class Kind { Tensor, Tensors, OptionalTensors, Int, Ints, Float, Bool, Number, Device, String, Generator, Other };

struct Parameter {
  Kind kind;
  bool optional;
  int32_t fixed_size;  // 2 for int[2], which also takes one int
  bool has_default;
  IValue default_value;
  std::string declaration;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  std::string name;
};

thread_local std::string last_error;

template <class Body, class Result>
Result guarded(Result failure, Body&& body) {
  try {
    return body();
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "an exception of unknown type";
  }
  return failure;
}

at::Tensor borrow(void* handle) {
  return handle ? at::Tensor(TensorPtr::reclaim_copy(static_cast<c10::TensorImpl*>(handle))) : at::Tensor();
}

// The handle owns one reference; an undefined tensor is a null handle.
void* give(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

c10::TensorImpl* impl(void* handle) { return static_cast<c10::TensorImpl*>(handle); }

std::vector<at::Tensor> borrow_all(void** handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
  return tensors;
}

at::Generator borrow_generator(void* handle) {
  return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(handle)));
}

Kind list_kind(const c10::TypePtr& element) {
  switch (element->kind()) {
    case TypeKind::TensorType: return Kind::Tensors;
    case TypeKind::OptionalType: return Kind::OptionalTensors;
    case TypeKind::IntType: return Kind::Ints;
    default: return Kind::Other;
  }
}

Kind kind_of(const c10::TypePtr& type) {
  switch (type->kind()) {
    case TypeKind::TensorType: return Kind::Tensor;
    case TypeKind::IntType: return Kind::Int;
    case TypeKind::FloatType: return Kind::Float;
    case TypeKind::BoolType: return Kind::Bool;
    case TypeKind::NumberType: return Kind::Number;
    case TypeKind::DeviceObjType: return Kind::Device;
    case TypeKind::StringType: return Kind::String;
    case TypeKind::GeneratorType: return Kind::Generator;
    case TypeKind::ListType: return list_kind(type->castRaw<c10::ListType>()->getElementType());
    default: return Kind::Other;
  }
}

Parameter describe(const c10::Argument& argument) {
  c10::TypePtr type = argument.type();
  Parameter parameter;
  parameter.optional = type->kind() == TypeKind::OptionalType;
  if (parameter.optional) type = type->castRaw<c10::OptionalType>()->getElementType();
  parameter.kind = kind_of(type);
  parameter.fixed_size = argument.N() ? *argument.N() : 0;
  parameter.has_default = argument.default_value().has_value();
  if (parameter.has_default) parameter.default_value = *argument.default_value();
  parameter.declaration = argument.type()->str() + " " + argument.name();
  return parameter;
}

[[noreturn]] void wrong_type(const Operator& op, size_t index) {
  throw std::invalid_argument(op.name + ": argument " + std::to_string(index) + " must be " + op.parameters[index].declaration + ".");
}

at::Scalar to_scalar(const Value& value) {
  if (value.tag == Tag::Double) return at::Scalar(value.real);
  if (value.tag == Tag::Bool) return at::Scalar(value.integer != 0);
  return at::Scalar(value.integer);
}

bool is_number(const Value& value) { return value.tag == Tag::Int || value.tag == Tag::Double || value.tag == Tag::Bool; }

// Whether float32 is what the number ends up as anyway.
bool becomes_float32(const Value& number, c10::ArrayRef<Value> values) {
  if (number.tag == Tag::Double && std::abs(number.real) > std::numeric_limits<float>::max()) return false;
  return std::all_of(values.begin(), values.end(), [](const Value& value) {
    return value.tag != Tag::Tensor || impl(value.pointer)->dtype() == caffe2::TypeMeta::Make<float>();
  });
}

// A number where a tensor is wanted takes part in type promotion as a number, not as a tensor. Made float32 at once
// where it can be, it halves the time of an operator on small tensors.
at::Tensor to_wrapped_number(const Value& value, c10::ArrayRef<Value> values) {
  at::Scalar scalar = to_scalar(value);
  at::Tensor tensor = becomes_float32(value, values)
      ? at::detail::scalar_tensor_static(scalar, at::kFloat, at::kCPU)
      : c10::scalar_to_tensor(scalar);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

bool convert_list(const Value& value, const Parameter& parameter, IValue& result) {
  auto* integers = static_cast<const int64_t*>(value.pointer);
  auto* handles = static_cast<void**>(value.pointer);
  if (parameter.kind == Kind::Ints && value.tag == Tag::Ints) {
    result = IValue(at::IntArrayRef(integers, value.count));
  } else if (parameter.kind == Kind::Ints && value.tag == Tag::Int && parameter.fixed_size > 0) {
    result = IValue(std::vector<int64_t>(parameter.fixed_size, value.integer));
  } else if (parameter.kind == Kind::Tensors && value.tag == Tag::Tensors) {
    c10::List<at::Tensor> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; ++i) list.push_back(borrow(handles[i]));
    result = IValue(std::move(list));
  } else if (parameter.kind == Kind::OptionalTensors && value.tag == Tag::Tensors) {
    c10::List<OptionalTensor> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; ++i) {
      list.push_back(handles[i] ? OptionalTensor(borrow(handles[i])) : OptionalTensor());
    }
    result = IValue(std::move(list));
  } else {
    return false;
  }
  return true;
}

bool convert(const Value& value, c10::ArrayRef<Value> values, const Parameter& parameter, IValue& result) {
  if (value.tag == Tag::None) {
    // An optional tensor may be declared as a plain one that accepts an undefined tensor.
    if (parameter.kind == Kind::Tensor && !parameter.optional) result = at::Tensor();
    return parameter.optional || parameter.kind == Kind::Tensor;
  }
  switch (parameter.kind) {
    case Kind::Tensor:
      if (value.tag != Tag::Tensor && !is_number(value)) return false;
      result = value.tag == Tag::Tensor ? borrow(value.pointer) : to_wrapped_number(value, values);
      return true;
    case Kind::Int:
      if (value.tag != Tag::Int) return false;
      result = value.integer;
      return true;
    case Kind::Float:
      if (!is_number(value)) return false;
      result = value.tag == Tag::Double ? value.real : static_cast<double>(value.integer);
      return true;
    case Kind::Bool:
      if (value.tag != Tag::Bool) return false;
      result = value.integer != 0;
      return true;
    case Kind::Number:
      if (!is_number(value)) return false;
      result = to_scalar(value);
      return true;
    case Kind::Device:
      if (value.tag != Tag::Device) return false;
      result = c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count));
      return true;
    case Kind::String:
      if (value.tag != Tag::String) return false;
      result = std::string(static_cast<const char*>(value.pointer), value.count);
      return true;
    case Kind::Generator:
      if (value.tag != Tag::Generator) return false;
      result = borrow_generator(value.pointer);
      return true;
    default:
      return convert_list(value, parameter, result);
  }
}

void push_arguments(const Operator& op, c10::ArrayRef<Value> values, torch::jit::Stack& stack) {
  if (values.size() > op.parameters.size()) {
    throw std::invalid_argument(op.name + ": takes " + std::to_string(op.parameters.size()) + " arguments, not " + std::to_string(values.size()) + ".");
  }
  for (size_t i = 0; i < op.parameters.size(); ++i) {
    const Parameter& parameter = op.parameters[i];
    bool missing = i >= values.size() || values[i].tag == Tag::Default;
    stack.emplace_back();
    if (!missing) {
      if (!convert(values[i], values, parameter, stack.back())) wrong_type(op, i);
    } else if (parameter.has_default) {
      stack.back() = parameter.default_value;
    } else if (!parameter.optional) {
      wrong_type(op, i);
    }
  }
}

void set_tensors(const std::vector<at::Tensor>& tensors, Value& result) {
  auto** handles = static_cast<void**>(std::malloc(tensors.size() * sizeof(void*) + 1));
  for (size_t i = 0; i < tensors.size(); ++i) handles[i] = give(tensors[i]);
  result.tag = Tag::Tensors;
  result.count = static_cast<int32_t>(tensors.size());
  result.pointer = handles;
}

void set_number(const at::Scalar& scalar, Value& result) {
  result.tag = scalar.isBoolean() ? Tag::Bool : scalar.isFloatingPoint() ? Tag::Double : Tag::Int;
  if (result.tag == Tag::Double) {
    result.real = scalar.toDouble();
  } else {
    result.integer = scalar.toLong();
  }
}

void set_result(IValue&& value, Value& result) {
  if (value.isTensor()) {
    result.pointer = give(std::move(value).toTensor());
    result.tag = result.pointer ? Tag::Tensor : Tag::None;
  } else if (value.isTensorList()) {
    set_tensors(value.toTensorVector(), result);
  } else if (value.isScalar()) {
    set_number(value.toScalar(), result);
  } else {
    result.tag = Tag::None;
  }
}

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

// -- Errors and versions ---------------------------------------------------------------------------------------

EXPORT const char* ts_last_error() { return last_error.c_str(); }

// The version this file was compiled against; ts_loaded_configuration names the one that is loaded.
EXPORT const char* ts_compiled_version() { return TORCH_VERSION; }

EXPORT const char* ts_loaded_configuration() {
  return guarded(static_cast<const char*>(nullptr), [] {
    static const std::string configuration = at::show_config();
    return configuration.c_str();
  });
}

// Without this every error spends milliseconds on a backtrace that nobody reads.
EXPORT void ts_start() { c10::SetStackTraceFetcher([]() { return std::string(); }); }

EXPORT void ts_free(void* memory) { std::free(memory); }

// -- Operators -------------------------------------------------------------------------------------------------

EXPORT void* ts_operator(const char* name, const char* overload) {
  return guarded(static_cast<void*>(nullptr), [&]() -> void* {
    auto found = c10::Dispatcher::singleton().findSchema({std::string("aten::") + name, overload});
    if (!found) return nullptr;
    auto* op = new Operator{*found, {}, std::string("aten::") + name + (*overload ? "." : "") + overload};
    for (const auto& argument : found->schema().arguments()) op->parameters.push_back(describe(argument));
    return op;
  });
}

// Calls the operator with the values in schema order, missing ones filled by the schema's defaults.
// Returns the number of results, at most the capacity; each tensor among them is owned by the caller.
EXPORT int32_t ts_call(void* handle, const Value* values, int32_t count, Value* results, int32_t capacity) {
  return guarded(-1, [&]() -> int32_t {
    const Operator& op = *static_cast<Operator*>(handle);
    torch::jit::Stack stack;
    stack.reserve(op.parameters.size());
    push_arguments(op, c10::ArrayRef<Value>(values, count), stack);
    op.handle.callBoxed(stack);
    int32_t returned = std::min(capacity, static_cast<int32_t>(stack.size()));
    for (int32_t i = 0; i < returned; ++i) set_result(std::move(stack[i]), results[i]);
    return returned;
  });
}

// -- Tensors ---------------------------------------------------------------------------------------------------

EXPORT void ts_retain(void* handle) { TensorPtr::reclaim_copy(impl(handle)).release(); }

EXPORT void ts_release(void* handle) { TensorPtr::reclaim(impl(handle)); }

EXPORT int64_t ts_rank(void* handle) { return impl(handle)->dim(); }

EXPORT int64_t ts_count(void* handle) { return impl(handle)->numel(); }

EXPORT void ts_sizes(void* handle, int64_t* sizes) {
  auto source = impl(handle)->sizes();
  std::copy(source.begin(), source.end(), sizes);
}

EXPORT void ts_strides(void* handle, int64_t* strides) {
  auto source = impl(handle)->strides();
  std::copy(source.begin(), source.end(), strides);
}

EXPORT int32_t ts_dtype(void* handle) { return static_cast<int32_t>(c10::typeMetaToScalarType(impl(handle)->dtype())); }

EXPORT int32_t ts_device_type(void* handle) { return static_cast<int32_t>(impl(handle)->device().type()); }

EXPORT int32_t ts_device_index(void* handle) { return impl(handle)->device().index(); }

EXPORT int32_t ts_is_contiguous(void* handle) { return impl(handle)->is_contiguous(); }

EXPORT void* ts_data(void* handle) {
  return guarded(static_cast<void*>(nullptr), [&] { return borrow(handle).data_ptr(); });
}

// -- Autograd --------------------------------------------------------------------------------------------------

EXPORT int32_t ts_requires_grad(void* handle) { return impl(handle)->requires_grad(); }

EXPORT int32_t ts_set_requires_grad(void* handle, int32_t value) {
  return guarded(-1, [&] { return borrow(handle).set_requires_grad(value != 0), 0; });
}

EXPORT int32_t ts_is_leaf(void* handle) { return borrow(handle).is_leaf(); }

EXPORT int32_t ts_retain_grad(void* handle) {
  return guarded(-1, [&] { return borrow(handle).retain_grad(), 0; });
}

EXPORT void* ts_grad(void* handle) {
  return guarded(static_cast<void*>(nullptr), [&] { return give(borrow(handle).grad()); });
}

EXPORT int32_t ts_set_grad(void* handle, void* grad) {
  return guarded(-1, [&] { return borrow(handle).mutable_grad() = borrow(grad), 0; });
}

EXPORT int32_t ts_backward(void** tensors, int64_t count, void** grads, int64_t grad_count, int32_t retain_graph,
                           int32_t create_graph, void** inputs, int64_t input_count) {
  return guarded(-1, [&] {
    torch::autograd::backward(borrow_all(tensors, count), borrow_all(grads, grad_count), retain_graph != 0,
                              create_graph != 0, borrow_all(inputs, input_count));
    return 0;
  });
}

// Writes one owned gradient per input; null for an input that takes no part, if allow_unused.
EXPORT int32_t ts_autograd_grad(void** outputs, int64_t count, void** inputs, int64_t input_count, void** grads,
                                int64_t grad_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused,
                                void** results) {
  return guarded(-1, [&] {
    auto found = torch::autograd::grad(borrow_all(outputs, count), borrow_all(inputs, input_count),
                                       borrow_all(grads, grad_count), retain_graph != 0, create_graph != 0,
                                       allow_unused != 0);
    for (size_t i = 0; i < found.size(); ++i) results[i] = give(found[i]);
    return 0;
  });
}

EXPORT int32_t ts_grad_mode() { return at::GradMode::is_enabled(); }

EXPORT void ts_set_grad_mode(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }

// -- Random numbers, threads, devices --------------------------------------------------------------------------

// A generator of the device's own kind with its own state, or the device's default one.
EXPORT void* ts_generator(int32_t device_type, int32_t device_index, int32_t is_default) {
  return guarded(static_cast<void*>(nullptr), [&]() -> void* {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    at::Generator generator = at::globalContext().defaultGenerator(device);
    return (is_default ? generator : generator.clone()).unsafeReleaseGeneratorImpl();
  });
}

EXPORT void ts_generator_release(void* generator) {
  c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(static_cast<c10::GeneratorImpl*>(generator));
}

EXPORT int32_t ts_generator_set_seed(void* generator, uint64_t seed) {
  return guarded(-1, [&] { return borrow_generator(generator).set_current_seed(seed), 0; });
}

EXPORT void* ts_generator_state(void* generator) {
  return guarded(static_cast<void*>(nullptr), [&] { return give(borrow_generator(generator).get_state()); });
}

EXPORT int32_t ts_generator_set_state(void* generator, void* state) {
  return guarded(-1, [&] { return borrow_generator(generator).set_state(borrow(state)), 0; });
}

// Seeds the default generator of every device.
EXPORT int32_t ts_manual_seed(uint64_t seed) {
  return guarded(-1, [&] { return at::manual_seed(seed), 0; });
}

EXPORT int32_t ts_threads() { return at::get_num_threads(); }

EXPORT int32_t ts_set_threads(int32_t count) {
  return guarded(-1, [&] { return at::set_num_threads(count), 0; });
}

EXPORT int32_t ts_cuda_count() {
  return guarded(0, [&]() -> int32_t {
    if (!c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA)) return 0;
    return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).deviceCount();
  });
}

// Waits for the device's current stream, the only one that is used here.
EXPORT int32_t ts_cuda_synchronize(int32_t device_index) {
  return guarded(-1, [&] {
    c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    c10::Device device = device_index < 0 ? cuda.getDevice() : c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device_index));
    cuda.getStream(device).synchronize();
    return 0;
  });
}
