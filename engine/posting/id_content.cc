#include "engine/posting/id_content.h"

#include <algorithm>
#include <cstring>

namespace lockstep::engine {

enum class IdContent::Operation : std::uint8_t {
  kPost,
  kPostAll,
  kTransact,
  kHold,
  kCapture,
  kRelease,
  kReverse,
};

IdContent::IdContent(Operation operation) {
  AddNumber(static_cast<std::uint64_t>(operation));
  End(IdField::kOperation);
}

IdContent IdContent::OfRequest(std::span<const TransferRequest> request) {
  IdContent content(Operation::kPost);
  content.AddRequest(request.front());
  return content;
}

IdContent IdContent::OfLinked(std::span<const TransferRequest> requests) {
  IdContent content(Operation::kPostAll);
  content.AddNumber(requests.size());
  content.End(IdField::kTransfers);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    content.transfer_ = static_cast<std::uint32_t>(i);
    content.AddRequest(requests[i]);
  }
  return content;
}

IdContent IdContent::OfTransaction(std::span<const AccountId> declared,
                                   const TransferOptions& options) {
  IdContent content(Operation::kTransact);
  for (const AccountId account : declared) content.AddNumber(account.value());
  content.End(IdField::kAccounts);
  content.AddOptions(options);
  return content;
}

IdContent IdContent::OfHold(std::span<const Leg> legs, Tick deadline,
                            const TransferOptions& options) {
  IdContent content(Operation::kHold);
  content.AddLegs(legs);
  content.AddNumber(deadline.value());
  content.End(IdField::kDeadline);
  content.AddOptions(options);
  return content;
}

IdContent IdContent::OfResolving(EntryKind kind, HoldId hold,
                                 std::span<const Amount> amounts,
                                 const TransferOptions& options) {
  IdContent content(kind == EntryKind::kCapture ? Operation::kCapture
                                                : Operation::kRelease);
  content.AddNumber(hold.value());
  content.End(IdField::kHold);
  for (const Amount amount : amounts) content.AddAmount(amount);
  content.End(IdField::kAmounts);
  content.AddOptions(options);
  return content;
}

IdContent IdContent::OfReversals(std::span<const Reversal> reversals) {
  IdContent content(Operation::kReverse);
  content.AddNumber(reversals.size());
  content.End(IdField::kTransfers);
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    if (reversals.size() > 1) content.transfer_ = static_cast<std::uint32_t>(i);
    content.AddReversal(reversals[i]);
  }
  return content;
}

void IdContent::AddNumber(std::uint64_t number) {
  const std::size_t place = bytes_.size();
  bytes_.resize(place + sizeof(number));
  std::memcpy(&bytes_[place], &number, sizeof(number));
}

void IdContent::AddAmount(Amount amount) {
  AddNumber(static_cast<std::uint64_t>(amount.high()));
  AddNumber(amount.low());
}

void IdContent::AddLegs(std::span<const Leg> legs) {
  for (const Leg& leg : legs) {
    AddNumber(leg.account.value());
    AddAmount(leg.amount);
  }
  End(IdField::kLegs);
}

void IdContent::AddRequest(const TransferRequest& request) {
  AddLegs(request.legs);
  for (const Flow& flow : request.flows) {
    AddNumber(flow.from.value());
    AddNumber(flow.to.value());
    AddAmount(flow.at_most);
    AddNumber(flow.shares_limit ? 1 : 0);
    AddAmount(flow.at_least);
  }
  End(IdField::kFlows);
  for (const Condition& condition : request.conditions) {
    AddNumber(condition.account.value());
    AddNumber(static_cast<std::uint64_t>(condition.kind));
    AddNumber(static_cast<std::uint64_t>(condition.status));
    AddAmount(condition.amount);
    AddNumber(condition.version.value());
  }
  End(IdField::kConditions);
  AddOptions(request.options);
}

void IdContent::AddReversal(const Reversal& reversal) {
  AddNumber(reversal.transfer.value());
  AddNumber(reversal.despite_freeze ? 1 : 0);
  End(IdField::kTransfer);
  for (const Amount amount : reversal.amounts) AddAmount(amount);
  End(IdField::kAmounts);
  AddLegs(reversal.legs);
  AddOptions(reversal.options);
}

void IdContent::AddOptions(const TransferOptions& options) {
  AddNumber(options.code);
  End(IdField::kCode);
  AddNumber(options.user_data.high);
  AddNumber(options.user_data.low);
  End(IdField::kUserData);
  const auto text = std::as_bytes(std::span(options.description));
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  End(IdField::kDescription);
}

void IdContent::End(IdField field) {
  parts_.push_back({field, transfer_, bytes_.size()});
}

// u32 how many fields; of each u32 which, u32 of which transfer, u32 where it
// ends; then what is in them.
void IdContent::AppendTo(std::vector<std::byte>& bytes) const {
  const auto append = [&bytes](const void* from, std::size_t size) {
    const std::size_t place = bytes.size();
    bytes.resize(place + size);
    if (size > 0) std::memcpy(&bytes[place], from, size);
  };
  const auto append_number = [&](std::uint64_t number) {
    const auto value = static_cast<std::uint32_t>(number);
    append(&value, sizeof(value));
  };
  append_number(parts_.size());
  for (const Part& part : parts_) {
    append_number(static_cast<std::uint64_t>(part.field));
    append_number(part.transfer);
    append_number(part.end);
  }
  append(bytes_.data(), bytes_.size());
}

std::optional<IdContent> IdContent::FromBytes(
    std::span<const std::byte> bytes) {
  constexpr std::size_t kNumber = sizeof(std::uint32_t);
  const auto number_at = [&bytes](std::size_t index) {
    std::uint32_t number = 0;
    std::memcpy(&number, &bytes[index * kNumber], kNumber);
    return number;
  };
  if (bytes.size() < kNumber) return std::nullopt;
  const std::size_t parts = number_at(0);
  if (parts == 0 || parts > (bytes.size() - kNumber) / (3 * kNumber)) {
    return std::nullopt;
  }
  const auto content = bytes.subspan((1 + 3 * parts) * kNumber);
  IdContent made;
  made.parts_.reserve(parts);
  std::size_t end = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::uint32_t field = number_at(1 + 3 * i);
    const std::uint32_t its_end = number_at(3 + 3 * i);
    if (field == 0 || field > static_cast<std::uint32_t>(IdField::kTransfer) ||
        its_end < end || its_end > content.size()) {
      return std::nullopt;
    }
    end = its_end;
    made.parts_.push_back(
        {static_cast<IdField>(field), number_at(2 + 3 * i), end});
  }
  if (end != content.size()) return std::nullopt;
  made.bytes_.assign(content.begin(), content.end());
  return made;
}

IdContent::Difference IdContent::FindDifference(
    const IdContent& other) const noexcept {
  // Operations and numbers of transfers come first, so that from there on both
  // have the same fields, or one of them has been found to differ.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < parts_.size() && i < other.parts_.size(); ++i) {
    const Part& part = parts_[i];
    const bool is_same =
        part.end == other.parts_[i].end &&
        std::equal(bytes_.data() + begin, bytes_.data() + part.end,
                   other.bytes_.data() + begin);
    if (!is_same) return {part.field, part.transfer};
    begin = part.end;
  }
  return {};
}

}  // namespace lockstep::engine
